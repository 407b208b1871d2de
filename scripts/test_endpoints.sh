#!/bin/bash
# Walks through the REST API of a running server, as a client would, and says what holds.
#   scripts/test_endpoints.sh [http://127.0.0.1:8080]
# With the access token of an administrator in ADMIN_TOKEN also what takes one: the catalogue, and files of its products.
set -euo pipefail
cd "$(dirname "$0")/.."

base=${1:-http://127.0.0.1:8080}
api=$base/api/v1
name=endpoints_$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
password=$(od -An -N12 -tx4 /dev/urandom | tr -d ' ')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
token=

# call METHOD PATH [curl options…]: the answer's body goes to $work/body, its status to $status.
call() {
    local method=$1 path=$2
    shift 2
    local options=(-sS -X "$method" -o "$work/body" -D "$work/head" -w '%{http_code}')
    if [ -n "$token" ]; then options+=(-H "Authorization: Bearer $token"); fi
    status=$(curl "${options[@]}" "$@" "$api$path")
}
json() { call "$1" "$2" -H 'Content-Type: application/json' -d "$3"; }
field() { jq -r "$1" "$work/body"; }

# expect STATUS WHAT [jq condition]
expect() {
    if [ "$status" = "$1" ] && { [ $# -lt 3 ] || jq -e "$3" "$work/body" >/dev/null; }; then
        passed=$((passed + 1)); echo "ok - $2"
    else
        failed=$((failed + 1)); echo "not ok - $2 (status $status): $(head -c 300 "$work/body")"
    fi
}

call GET /auth/me
expect 401 "without a token nobody is known" '.success == false'
json POST /auth/register "{\"username\": \"$name\", \"email\": \"$name@example.org\", \"password\": \"$password\"}"
expect 201 "registering" ".data.username == \"$name\""
json POST /auth/register "{\"username\": \"$name\", \"email\": \"other-$name@example.org\", \"password\": \"$password\"}"
expect 409 "a name is taken once" '.fields.username'
json POST /auth/login "{\"email\": \"$name@example.org\", \"password\": \"$password\"}"
expect 200 "logging in" '.data.access_token and .data.refresh_token and .data.user.role == "user"'
token=$(field .data.access_token)
refresh=$(field .data.refresh_token)
call GET /auth/me
expect 200 "the profile" ".data.email == \"$name@example.org\""
json POST /auth/refresh "{\"refresh_token\": \"$refresh\"}"
expect 200 "refreshing" '.data.access_token'

# A tone of its own for each run: the same file twice would be a conflict.
pitch=$((300 + RANDOM % 3000))
ffmpeg -nostdin -v error -f lavfi -i "sine=frequency=$pitch:sample_rate=44100:duration=2" "$work/tone.flac"
call POST /tracks -F "file=@$work/tone.flac" -F title=Tone -F 'tags=Test Tone, loop'
expect 201 "uploading" '.data.title == "Tone" and .data.tags == ["test-tone", "loop"]'
id=$(field .data.id)
file=$(field .data.file_url)
picture=$(field .data.waveform_url)
call POST /tracks -F "file=@$work/tone.flac"
expect 409 "the same file again"
call POST /tracks -F "file=@README.md;filename=fake.wav"
expect 415 "a text is no track"
for _ in $(seq 100); do
    call GET "/tracks/$id"
    [ "$(field .data.status)" = processing ] || break
    sleep 0.1
done
expect 200 "it is ready, with its exact length" '.data.status == "ready" and .data.duration_ms == 2000'
call GET '/tracks?tag=test-tone&limit=1'
expect 200 "listing by tag" '.data | length == 1'
call GET /tags
expect 200 "tags in use" '[.data[].name] | index("test-tone")'
json PUT "/tracks/$id" '{"title": "Tone, renamed", "visibility": "private"}'
expect 200 "updating" '.data.title == "Tone, renamed" and .data.visibility == "private"'

bearer=$token
token=
api=$base
call GET "$file" -H 'Range: bytes=0-99'
expect 206 "a byte range by signed URL, without a header"
call GET "$file"
cmp -s "$work/body" "$work/tone.flac" || status="$status, but other bytes"
expect 200 "the original, byte for byte"
call GET "${file%%\?*}"
expect 401 "no signature, no sound"
call GET "$picture"
expect 200 "the waveform as a picture"
call GET "${picture/.png?/.json?}"
expect 200 "the waveform as data" '.version == 2 and .samples_per_pixel == 256'

token=$bearer
api=$base/api/v1
call DELETE "/tracks/$id"
expect 200 "deleting"
call GET "/tracks/$id"
expect 404 "what is deleted is gone"
call GET /categories
expect 200 "categories" '.data | type == "array"'
call GET '/products?limit=1'
expect 200 "the catalogue" '.pagination.limit == 1'
call GET '/products/search?q=talas'
expect 200 "searching it" '.data | type == "array"'
json POST /admin/products '{"name": "Mine"}'
expect 403 "only administrators change it"
if [ -n "${ADMIN_TOKEN:-}" ]; then
    member=$token
    token=$ADMIN_TOKEN
    json POST /admin/products "{\"name\": \"Talas $name\", \"brand\": \"Talas Audio\", \"warranty_months\": 24}"
    expect 201 "adding a product" '.data.warranty_months == 24'
    product=$(field .data.id)
    json PUT "/admin/products/$product" '{"price": 399}'
    expect 200 "changing it" '.data.price == 399'
    token=$member
    call GET "/products/search?q=tallas+$name"
    expect 200 "finding it by a misspelt name" "[.data[].id] | index($product)"
    json POST /user-products "{\"product_id\": $product, \"purchase_date\": \"2024-02-29\"}"
    expect 201 "owning one" '.data.warranty_expires == "2026-02-28" and .data.files_count == 0'
    item=$(field .data.id)
    json POST /user-products "{\"product_id\": $product}"
    expect 409 "it can be owned once"
    call GET '/user-products/warranty?filter=expired&days=30'
    expect 200 "warranties" '.data | type == "array"'
    printf '%%PDF-1.4\n%%%%EOF\n' >"$work/manual.pdf"
    call POST "/products/$item/files" -F type=manual -F "file=@$work/manual.pdf"
    expect 201 "uploading a manual" '.data.mime_type == "application/pdf"'
    paper=$(field .data.id)
    call POST "/products/$item/files" -F type=image -F "file=@$work/manual.pdf"
    expect 415 "a manual is no image"
    call GET "/products/$item/files"
    expect 200 "listing files" '.data | length == 1'
    call GET "/files/$paper/download"
    cmp -s "$work/body" "$work/manual.pdf" || status="$status, but other bytes"
    expect 200 "downloading it"
    call DELETE "/user-products/$item"
    expect 409 "what has files stays"
    call DELETE "/files/$paper"
    expect 200 "deleting the file"
    call DELETE "/user-products/$item"
    expect 200 "giving the product away"
    token=$ADMIN_TOKEN
    call DELETE "/admin/products/$product"
    expect 200 "deleting the product"
    token=$member
fi

call GET /notifications
expect 200 "notifications"
call POST /events/ticket
expect 201 "a ticket for events" '.data.ticket'
call POST /auth/logout
expect 200 "logging out"
call GET /auth/me
expect 401 "a token ends with its session"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
