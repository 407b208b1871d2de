// Who is signed in, and requests to the REST API in their name.
//
// The access token lives in memory only. The refresh token is kept in localStorage, where all tabs of a browser find its
// newest successor; one refresh is in flight at a time.

const REFRESH_KEY = "talas.refresh_token";
const BASE = "/api/v1";

/** What the server refused: its sentence, its code, and what it says about single fields. */
export class ApiError extends Error {
    constructor(status, body, retryAfter) {
        super(body?.error ?? `The server answered with status ${status}.`);
        this.status = status;
        this.code = body?.code ?? "unknown";
        this.fields = body?.fields ?? {};
        this.body = body ?? {};
        this.retryAfterSeconds = Number(retryAfter) || null;
    }
}

class Session extends EventTarget {
    user = null;
    #accessToken = null;
    #refreshing = null;

    /** Takes up the session that this browser remembers. False: nobody is signed in. */
    async restore() {
        if (!localStorage.getItem(REFRESH_KEY)) return false;
        await this.#refresh();
        if (!this.#accessToken) return false;
        this.user = (await this.get("/auth/me")).data;
        return true;
    }

    async login(email, password) {
        const { data } = await this.#send("POST", "/auth/login", { json: { email, password } });
        this.#adopt(data);
        this.user = data.user;
    }

    async register(username, email, password, invitation) {
        await this.#send("POST", "/auth/register", { json: { username, email, password, invitation } });
        await this.login(email, password);
    }

    /** Has a link to set a new password sent; gives what the server says. */
    async forgot(email) {
        return (await this.#send("POST", "/auth/password/forgot", { json: { email } })).message;
    }

    /** Sets a new password by the token of such a link. */
    async reset(token, password) {
        return (await this.#send("POST", "/auth/password/reset", { json: { token, new_password: password } })).message;
    }

    /** Confirms an e-mail address by the token of a link. */
    async confirmEmail(token) {
        return (await this.#send("POST", "/auth/email/verify", { json: { token } })).message;
    }

    async logout() {
        try {
            await this.#send("POST", "/auth/logout", { token: this.#accessToken });
        } catch {
            // Signed out here in any case; the server forgets the session when its token ends.
        }
        this.#end();
    }

    get(path) { return this.request("GET", path); }
    post(path, json) { return this.request("POST", path, { json }); }
    put(path, json) { return this.request("PUT", path, { json }); }
    delete(path) { return this.request("DELETE", path); }

    /** One request, with one more try after a refresh when the access token has run out. */
    async request(method, path, options = {}) {
        const used = await this.token();
        try {
            return await this.#send(method, path, { ...options, token: used });
        } catch (error) {
            if (error.status !== 401) throw error;
            return this.#send(method, path, { ...options, token: await this.tokenAfter(used) });
        }
    }

    /** A token to send, refreshed if there is none. */
    async token() {
        if (!this.#accessToken) await this.#refresh();
        return this.#accessToken;
    }

    /** A newer token than one that was refused. */
    async tokenAfter(refused) {
        if (this.#accessToken === refused) this.#accessToken = null;
        const token = await this.token();
        if (!token) throw new ApiError(401, { error: "You were signed out. Please log in again.", code: "unauthorized" });
        return token;
    }

    #refresh() {
        this.#refreshing ??= this.#renew().finally(() => { this.#refreshing = null; });
        return this.#refreshing;
    }

    async #renew() {
        const refreshToken = localStorage.getItem(REFRESH_KEY);
        if (!refreshToken) return this.#end();
        try {
            const { data } = await this.#send("POST", "/auth/refresh", { json: { refresh_token: refreshToken } });
            this.#adopt(data);
        } catch (error) {
            if (error.status !== 401 && error.status !== 403 && error.status !== 400) throw error;
            // Another tab may have moved on to the successor in the meantime.
            const stored = localStorage.getItem(REFRESH_KEY);
            if (stored && stored !== refreshToken) return this.#renew();
            this.#end();
        }
    }

    #adopt(data) {
        this.#accessToken = data.access_token;
        if (data.refresh_token) localStorage.setItem(REFRESH_KEY, data.refresh_token);
    }

    #end() {
        const wasSignedIn = this.user !== null;
        this.#accessToken = null;
        this.user = null;
        localStorage.removeItem(REFRESH_KEY);
        if (wasSignedIn) this.dispatchEvent(new Event("ended"));
    }

    async #send(method, path, { json, token } = {}) {
        const headers = { Accept: "application/json" };
        if (token) headers.Authorization = `Bearer ${token}`;
        if (json !== undefined) headers["Content-Type"] = "application/json";
        let response;
        try {
            response = await fetch(BASE + path, { method, headers, body: json === undefined ? undefined : JSON.stringify(json) });
        } catch {
            throw new ApiError(0, { error: "The server cannot be reached. Check the connection and try again.", code: "offline" });
        }
        const body = await response.json().catch(() => null);
        if (!response.ok) throw new ApiError(response.status, body, response.headers.get("Retry-After"));
        return body;
    }
}

export const session = new Session();
