/* Many people who write to rooms, a fixed number of messages at a time.
 *
 *   senders PORT TOKENS WAITING SECONDS ROOMS   every token of the file TOKENS opens a socket; they write in turns, and WAITING of them
 *                                       wait for their acknowledgement at any moment. The Nth writes to room `bench-(N % ROOMS)`.
 *
 * Whoever was acknowledged lets the next one write. Prints "ready" when all are connected and waits for a line on its input; then
 * one line of JSON: messages acknowledged, how many a second, refusals, and milliseconds from writing to acknowledgement at the
 * median and the 99th of a hundred. Only acknowledgements come: nobody listens to a room.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* A message of everyday length: what pgbench inserts beside it has as much. */
static const char words[] = "Some words of a message that somebody has written to a room, as long as they are on the whole:";

enum { SOURCES = 8, BUCKETS = 40 * 32, TOKEN = 1024 };

struct sender {
    int socket;
    unsigned sent;
    uint64_t since;
};

static uint64_t buckets[BUCKETS], answers, refusals;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

/* 32 buckets for each doubling of microseconds. */
static void note(uint64_t nanoseconds) {
    uint64_t value = nanoseconds / 1000 + 32;
    unsigned doubling = 63 - (unsigned)__builtin_clzll(value);
    unsigned index = (doubling - 5) * 32 + (unsigned)((value >> (doubling - 5)) & 31);
    buckets[index < BUCKETS ? index : BUCKETS - 1]++;
    answers++;
}

static double milliseconds_at(double share) {
    uint64_t wanted = (uint64_t)(share * (double)answers), seen = 0;
    for (unsigned index = 0; index < BUCKETS; index++) {
        seen += buckets[index];
        if (seen > wanted) return (double)(((uint64_t)(32 + index % 32) << index / 32) - 32) / 1000;
    }
    return 0;
}

static void send_all(int socket, const void *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (sent < 0) fail("senders: send");
        bytes = (const char *)bytes + sent;
        count -= (size_t)sent;
    }
}

static void write_message(struct sender *sender, int number, int rooms) {
    unsigned char frame[8 + 400] = {0x81, 0x80 | 126};
    int length = snprintf((char *)frame + 8, sizeof frame - 8,
                          "{\"type\":\"message\",\"room\":\"bench-%d\",\"content\":\"%s %u of %d\",\"client_id\":\"%d-%u\"}",
                          number % rooms, words, sender->sent, number, number, sender->sent);
    frame[2] = (unsigned char)(length >> 8);
    frame[3] = (unsigned char)length;
    sender->sent++;
    sender->since = now();
    /* A mask of zeros is one, too. */
    send_all(sender->socket, frame, 8 + (size_t)length);
}

static int connect_to(int port, int number, const char *token) {
    int one = 1, socket_ = socket(AF_INET, SOCK_STREAM, 0);
    if (socket_ < 0) fail("senders: socket");
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7F000001u + (unsigned)(number % SOURCES))};
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (bind(socket_, (struct sockaddr *)&from, sizeof from) || connect(socket_, (struct sockaddr *)&to, sizeof to))
        fail("senders: connect");
    char request[TOKEN + 512];
    int length = snprintf(request, sizeof request,
                          "GET /?token=%s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", token);
    send_all(socket_, request, (size_t)length);
    return socket_;
}

static void await_upgrade(int socket_) {
    char answer[2048];
    size_t have = 0;
    while (have < 4 || memcmp(answer + have - 4, "\r\n\r\n", 4)) {
        ssize_t count = read(socket_, answer + have, 1);
        if (count <= 0 || ++have == sizeof answer) fail("senders: handshake");
    }
    if (memcmp(answer, "HTTP/1.1 101", 12)) {
        fprintf(stderr, "senders: %.*s\n", (int)have, answer);
        exit(1);
    }
    fcntl(socket_, F_SETFL, O_NONBLOCK);
}

/* Whether the sender got an answer to its message; a ping is left unanswered: the whole takes less than a heartbeat. */
static int take_answer(struct sender *sender) {
    char text[4096];
    ssize_t count = read(sender->socket, text, sizeof text - 1);
    if (count < 0 && errno == EAGAIN) return 0;
    if (count <= 0) fail("senders: read");
    text[count] = 0;
    if (sender->since == 0) return 0;
    if (strstr(text, "\"type\":\"ack\"")) {
        note(now() - sender->since);
    } else if (memmem(text, (size_t)count, "\"error\"", 7)) {
        if (refusals++ == 0) fprintf(stderr, "senders: %s\n", text + 2);
    } else {
        return 0;
    }
    sender->since = 0;
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: senders PORT TOKENS WAITING SECONDS ROOMS\n");
        return 2;
    }
    int port = atoi(argv[1]), waiting = atoi(argv[3]), rooms = atoi(argv[5]), count = 0, next = 0;
    double seconds = atof(argv[4]);
    struct rlimit files = {1 << 16, 1 << 16};
    setrlimit(RLIMIT_NOFILE, &files);
    struct sender *senders = calloc(1 << 16, sizeof *senders);
    struct epoll_event events[1024];
    int poll = epoll_create1(0);
    FILE *tokens = fopen(argv[2], "r");
    if (!tokens) fail(argv[2]);
    char token[TOKEN];
    while (count < 1 << 16 && fscanf(tokens, "%1023s", token) == 1) {
        senders[count].socket = connect_to(port, count, token);
        await_upgrade(senders[count].socket);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &senders[count]};
        epoll_ctl(poll, EPOLL_CTL_ADD, senders[count].socket, &event);
        count++;
    }
    puts("ready");
    fflush(stdout);
    if (getchar() == EOF) return 0;
    uint64_t start = now(), end = start + (uint64_t)(seconds * 1e9);
    for (; next < waiting && next < count; next++) write_message(&senders[next], next, rooms);
    while (now() < end) {
        int ready = epoll_wait(poll, events, 1024, 100);
        for (int index = 0; index < ready; index++) {
            if (!take_answer(events[index].data.ptr)) continue;
            while (senders[next % count].since != 0) next++;
            write_message(&senders[next % count], next % count, rooms);
            next++;
        }
    }
    printf("{\"acknowledged\":%llu,\"per_second\":%.0f,\"refused\":%llu,\"p50\":%.2f,\"p99\":%.2f}\n", (unsigned long long)answers,
           (double)answers / seconds, (unsigned long long)refusals, milliseconds_at(.5), milliseconds_at(.99));
    return 0;
}
