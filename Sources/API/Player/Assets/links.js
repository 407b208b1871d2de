// Links that were sent to people: what stands behind the page's `#`, such as `#reset-password=TOKEN`.

const NAMES = ["reset-password", "confirm-email", "invitation"];

/** The name and the token of the link by which the page was opened, or null. The address bar forgets them at once. */
export function takeLink() {
    const [name, token] = location.hash.slice(1).split("=", 2);
    if (!NAMES.includes(name) || !token) return null;
    history.replaceState(null, "", location.pathname);
    return { name, token };
}
