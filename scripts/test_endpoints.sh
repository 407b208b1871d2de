#!/bin/bash
# Walks through the REST API of a running server, as a client would, group by group, and says what holds.
#   scripts/test_endpoints.sh [http://127.0.0.1:8080]
# The group "administration" needs an administrator's account: ADMIN_EMAIL and ADMIN_PASSWORD, else it only sees that others are
# refused. Products are added to the catalogue by the administrator too. Everything else it makes itself, under random names.
# Exit code: 0 when everything holds, 1 when something does not, 2 when there is no server.
set -uo pipefail
cd "$(dirname "$0")/.."

base=${1:-http://127.0.0.1:8080}
name=endpoints_$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
password=$(od -An -N12 -tx4 /dev/urandom | tr -d ' ')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
skipped=0
token=
status=

for tool in curl jq; do
    command -v "$tool" >/dev/null || { echo "test_endpoints: $tool is missing; install it with scripts/setup --tests" >&2; exit 2; }
done
curl -fsS -o /dev/null "$base/healthz" || { echo "test_endpoints: no server answers at $base; start one with scripts/run" >&2; exit 2; }

group() { printf '\n== %s\n' "$1"; }
skip() { skipped=$((skipped + 1)); echo "skipped - $1"; }

# at METHOD PATH [curl options…]: the answer's body goes to $work/body, its head to $work/head, its status to $status.
at() {
    local method=$1 path=$2
    shift 2
    local options=(-sS --max-time 60 -o "$work/body" -D "$work/head" -w '%{http_code}')
    if [ "$method" = HEAD ]; then options+=(--head); else options+=(-X "$method"); fi
    if [ -n "$token" ]; then options+=(-H "Authorization: Bearer $token"); fi
    : >"$work/body"
    status=$(curl "${options[@]}" "$@" "$base$path" 2>"$work/errors") || status="none: $(head -n 1 "$work/errors")"
}
call() { local method=$1 path=$2; shift 2; at "$method" "/api/v1$path" "$@"; }
json() { call "$1" "$2" -H 'Content-Type: application/json' -d "$3"; }
# field JQ: a value of the last answer, or "0", which nothing has as its id.
field() { jq -re "$1 // empty" "$work/body" 2>/dev/null || echo 0; }

# expect STATUS WHAT [jq condition]
expect() {
    if [ "$status" = "$1" ] && { [ $# -lt 3 ] || jq -e "$3" "$work/body" >/dev/null 2>&1; }; then
        passed=$((passed + 1)); echo "ok - $2"
    else
        failed=$((failed + 1)); echo "not ok - $2 (wanted $1${3:+ with $3}, got $status): $(head -c 200 "$work/body" | tr '\n' ' ')"
    fi
}
# expect_same FILE WHAT: the last answer's body is this file.
expect_same() {
    if cmp -s "$work/body" "$1"; then passed=$((passed + 1)); echo "ok - $2"; else
        failed=$((failed + 1)); echo "not ok - $2 (status $status, other bytes)"
    fi
}
# sign_in EMAIL PASSWORD: the access token, or nothing.
sign_in() {
    token=
    json POST /auth/login "{\"email\": \"$1\", \"password\": \"$2\"}"
    jq -re .data.access_token "$work/body" 2>/dev/null || true
}

group "1. registration and login"
call GET /auth/me
expect 401 "without a token nobody is known" '.success == false and .error and .code'
json POST /auth/register "{\"username\": \"$name\", \"email\": \"$name@example.org\", \"password\": \"$password\"}"
expect 201 "registering" ".success and .data.user_id and .data.username == \"$name\" and .data.email == \"$name@example.org\""
id=$(field .data.user_id)
json POST /auth/register "{\"username\": \"$name\", \"email\": \"other-$name@example.org\", \"password\": \"$password\"}"
expect 409 "a name is taken once" '.fields.username'
json POST /auth/register '{"username": "x", "email": "x", "password": "x"}'
expect 400 "what is wrong with which field" '.fields.username and .fields.email and .fields.password'
json POST /auth/login "{\"email\": \"$name@example.org\", \"password\": \"wrong\"}"
expect 401 "a wrong password"
json POST /auth/login "{\"email\": \"$name@example.org\", \"password\": \"$password\"}"
expect 200 "logging in" '.data.access_token and .data.refresh_token and .data.expires_in > 0 and .data.user.role == "user"'
token=$(field .data.access_token)
refresh=$(field .data.refresh_token)
json POST /auth/refresh "{\"refresh_token\": \"$refresh\"}"
expect 200 "refreshing" '.data.access_token and .data.expires_in'
mine=$token

group "2. profile"
call GET /auth/me
expect 200 "the profile" ".data.email == \"$name@example.org\" and .data.created_at and .data.updated_at"
call GET /users/me
expect 200 "the profile by its other name" ".data.id == $id"
json PUT /users/me '{"first_name": "John", "last_name": "Smith", "bio": "Updated bio"}'
expect 200 "updating it" '.data.first_name == "John" and .data.last_name == "Smith" and .data.bio == "Updated bio"'
call GET "/users/$id"
expect 200 "an account" ".data.username == \"$name\" and .data.bio == \"Updated bio\""
call GET '/users?page=1&limit=5'
expect 200 "all accounts" '(.data | length) > 0 and .pagination.page == 1 and .pagination.limit == 5 and .pagination.total > 0'
call GET "/users?search=$name"
expect 200 "accounts by name" ".data[0].id == $id"
call GET '/users/except-me?limit=100'
expect 200 "all but oneself" "[.data[].id] | index($id) == null"
json PUT /users/password "{\"current_password\": \"$password\", \"new_password\": \"new $password\"}"
expect 200 "another password"
password="new $password"
json PUT /users/password '{"current_password": "wrong", "new_password": "SomethingElse456!"}'
if [ "$status" = 401 ] || [ "$status" = 403 ]; then status=400; fi
expect 400 "the present password has to be right"

group "3. products"
admin=
if [ -n "${ADMIN_EMAIL:-}" ]; then
    admin=$(sign_in "$ADMIN_EMAIL" "${ADMIN_PASSWORD:-}")
    [ -n "$admin" ] || { failed=$((failed + 1)); echo "not ok - signing in as $ADMIN_EMAIL (status $status)"; }
fi
product=0
if [ -n "$admin" ]; then
    token=$admin
    json POST /admin/categories "{\"name\": \"Interfaces $name\"}"
    expect 201 "adding a category" '.data.id'
    category=$(field .data.id)
    json POST /admin/products "{\"name\": \"Talas $name\", \"category_id\": $category, \"brand\": \"Talas Audio\", \"model\": \"MK-2\", \"description\": \"Next generation audio interface\", \"price\": 399, \"warranty_months\": 24, \"specifications\": {\"inputs\": 4}}"
    expect 201 "adding a product" '.data.id and .data.specifications.inputs == 4'
    product=$(field .data.id)
    call GET /admin/products
    expect 200 "the catalogue, for administrators" '.data | length > 0'
else
    skip "adding to the catalogue: set ADMIN_EMAIL and ADMIN_PASSWORD"
fi
token=
call GET "/products/search?q=$name&limit=10"
expect 200 "searching the catalogue without a token" '.data | type == "array"'
token=$mine
json POST /admin/products '{"name": "Mine"}'
expect 403 "only administrators add products"
own=0
if [ "$product" != 0 ]; then
    json POST /user-products "{\"product_id\": $product, \"version\": \"2.0\", \"serial_number\": \"TAL-1\", \"purchase_date\": \"2023-06-15\", \"purchase_price\": 299, \"notes\": \"Bought\"}"
    expect 201 "adding to the collection" ".data.product_id == $product and .data.warranty_expires == \"2025-06-15\""
    own=$(field .data.id)
    json POST /user-products "{\"product_id\": $product}"
    expect 409 "a product is added once"
    call GET "/user-products/$own"
    expect 200 "a product of the collection" '.data.product_name and .data.is_under_warranty == false and .data.files_count == 0'
    json PUT "/user-products/$own" '{"version": "2.1", "status": "active", "notes": "Updated firmware"}'
    expect 200 "changing it" '.data.version == "2.1" and .data.notes == "Updated firmware"'
fi
call GET '/user-products?page=1&limit=10&status=active'
expect 200 "the collection" '.data | type == "array"'
call GET '/user-products/warranty?filter=expired'
expect 200 "warranties" '.data | type == "array"'

group "4. files"
printf '%%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n' >"$work/manual.pdf"
if [ "$own" != 0 ]; then
    call POST "/products/$own/files" -F "file=@$work/manual.pdf;type=application/pdf" -F type=manual
    expect 201 "uploading a manual" '.data.type == "manual" and .data.mime_type == "application/pdf" and .data.url'
    file=$(field .data.id)
    call GET "/products/$own/files"
    expect 200 "listing files" "[.data[].id] | index($file) != null"
    call GET "/files/$file/download"
    expect 200 "downloading it"
    expect_same "$work/manual.pdf" "byte for byte"
    call POST "/products/$own/files" -F "file=@README.md;filename=fake.pdf;type=application/pdf" -F type=manual
    expect 415 "a text is no PDF"
    call DELETE "/user-products/$own"
    expect 409 "a product with files stays"
    token=
    call GET "/files/$file/download"
    expect 401 "no token, no file"
    token=$mine
    call DELETE "/files/$file"
    expect 200 "deleting the file"
    call DELETE "/user-products/$own"
    expect 200 "removing the product"
else
    skip "files of a product: there is no product to give them to"
fi
# A tone of its own for each run: the same file twice would be a conflict.
pitch=$((300 + RANDOM % 3000))
if ffmpeg -nostdin -v error -f lavfi -i "sine=frequency=$pitch:sample_rate=44100:duration=2" "$work/tone.flac"; then
    call POST /tracks -F "file=@$work/tone.flac" -F "title=Tone $name" -F 'tags=Test Tone, loop'
    expect 201 "uploading a track" ".data.title == \"Tone $name\" and .data.tags == [\"test-tone\", \"loop\"]"
    track=$(field .data.id)
    sound=$(field .data.file_url)
    picture=$(field .data.waveform_url)
    call POST /tracks -F "file=@$work/tone.flac"
    expect 409 "the same file again"
    call POST /tracks -F "file=@README.md;filename=fake.wav"
    expect 415 "a text is no track"
    for _ in $(seq 100); do
        call GET "/tracks/$track"
        [ "$(field .data.status)" = processing ] || break
        sleep 0.1
    done
    expect 200 "it is ready, with its exact length" '.data.status == "ready" and .data.duration == 2 and .data.duration_ms == 2000'
    call GET '/tracks?tag=test-tone&limit=1'
    expect 200 "tracks by tag" '(.data | length) == 1 and .pagination.total > 0'
    json PUT "/tracks/$track" '{"description": "A sine"}'
    expect 200 "changing it" '.data.description == "A sine"'
    token=
    at GET "$sound" -H 'Range: bytes=0-99'
    expect 206 "a byte range by signed URL, without a header"
    at GET "$sound"
    expect_same "$work/tone.flac" "the original, byte for byte"
    at GET "${sound%%\?*}"
    expect 401 "no signature, no sound"
    at GET "$picture"
    expect 200 "the waveform as a picture"
    at GET "${picture/.png?/.json?}"
    expect 200 "the waveform as data" '.version == 2 and .samples_per_pixel == 256'
    token=$mine
else
    skip "tracks: ffmpeg is missing"
fi

group "5. chat"
json POST /chat/rooms "{\"name\": \"room $name\", \"description\": \"Discussion about audio production\", \"is_private\": false}"
expect 201 "making a room" ".data.name == \"room $name\" and .data.is_private == false and .data.member_count == 1"
json POST /chat/rooms "{\"name\": \"ROOM $name\"}"
expect 409 "a name is taken once, in whatever case" '.code == "room_name_taken"'
json POST /chat/rooms '{"name": "2024"}'
expect 400 "a name is not only digits" '.fields.name'
call GET '/chat/rooms?joined=true'
expect 200 "rooms" '.data[0] | .id and .name and has("description") and has("is_private") and .member_count and .created_at'
call GET "/chat/rooms/room%20$name/messages?limit=50"
expect 200 "the history of a room" '.data == []'
call GET "/chat/rooms/room%20$name/members"
expect 200 "its members" ".data[0].username == \"$name\" and .data[0].role == \"owner\""
call GET /chat/rooms/nowhere%20$name/messages
expect 404 "a room that is not there"
call GET "/chat/dm/$id"
expect 404 "nobody writes to oneself"
call GET /chat/dm
expect 200 "threads" '.data == []'
call GET /chat/unread
expect 200 "nothing unread" '.data == []'
call POST "/chat/rooms/room%20$name/leave"
expect 200 "leaving it"
call DELETE "/chat/rooms/room%20$name"
expect 403 "who has left it does not delete it"

group "6. search"
call GET /tags
expect 200 "tags in use" '.data | type == "array"'
call GET '/tags/search?q=test-to'
expect 200 "tags by their beginning" '[.data[].name] | index("test-tone") != null'
call GET "/search?q=$name&limit=5"
expect 200 "everything" '.data.users and .data.products and .data.files and .data.tracks'
call GET "/search?q=tone+$name&type=tracks"
expect 200 "tracks only" "(.data.tracks | length) == 1 and (.data.users | length) == 0"
call GET /search
expect 400 "searching for nothing" '.fields.q'

group "7. administration"
call GET /admin/dashboard
expect 403 "the dashboard is for administrators"
json PUT "/admin/users/$id" '{"role": "admin"}'
expect 403 "nobody makes themselves an administrator"
if [ -n "$admin" ]; then
    token=$admin
    call GET /admin/dashboard
    expect 200 "the dashboard" '.data | .users_count and .new_users_today and .active_sessions and has("products_count") and has("files_count") and has("tracks_count")'
    call GET '/admin/users?role=user&status=active&limit=5'
    expect 200 "accounts by role and status" '.pagination.total > 0 and ([.data[] | select(.role != "user")] | length) == 0'
    json PUT "/admin/users/$id" '{"role": "moderator", "status": "active"}'
    expect 200 "another role" '.data.role == "moderator"'
    json PUT "/admin/users/$id" '{"status": "suspended"}'
    expect 200 "suspending" '.data.status == "suspended"'
    token=$mine
    json POST /reports "{\"kind\": \"user\", \"id\": 1, \"reason\": \"x\"}"
    expect 403 "a suspended account changes nothing" '.code == "account_suspended"'
    token=$admin
    json PUT "/admin/users/$id" '{"status": "active", "role": "user"}'
    expect 200 "restoring"
    call GET "/admin/audit?target_kind=user&target_id=$id"
    expect 200 "all of it is in the log" '.pagination.total == 3'
    call GET /admin/storage
    expect 200 "the storage" '.data.kinds and .data.disks'
    call GET '/admin/jobs?limit=1'
    expect 200 "the ingest queue"
    call GET /admin/reports
    expect 200 "reports"
else
    skip "what an administrator may do: set ADMIN_EMAIL and ADMIN_PASSWORD"
fi

group "leaving"
token=$mine
if [ "${track:-0}" != 0 ]; then
    call DELETE "/tracks/$track"
    expect 200 "deleting the track"
    call GET "/tracks/$track"
    expect 404 "what is deleted is gone"
fi
call GET /notifications
expect 200 "notifications"
call POST /auth/logout
expect 200 "logging out" '.message'
call GET /auth/me
expect 401 "a token ends with its session"

printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
