/* Load on a WebSocket server whose one room sends every message to everybody.
 *
 *   load PORT CLIENTS RATE SECONDS   CLIENTS listen; one of them sends RATE messages of 120 bytes a second
 *   load PORT CLIENTS 0 SECONDS      they only stay
 *
 * A message carries the time at which it was due, so that a sender that cannot keep up counts as delay. Prints "ready" when all are
 * connected and waits for a line on its input; then sends, and prints one line of JSON: messages that were sent, deliveries that came
 * of those that should have (the sender gets its own, too), deliveries a second, and milliseconds from due to read at the median, the
 * 99th of a hundred and the last.
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

enum { MESSAGE = 120, STAMP = 16, CHUNK = 1 << 18, SOURCES = 8, GRACE_MS = 5000, BUCKETS = 40 * 32 };

/* Of a frame that was read in part: its bytes so far. Only small frames come. */
struct client {
    int socket;
    unsigned have;
    unsigned char part[512];
};

static uint64_t buckets[BUCKETS], deliveries, longest;

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
    if (nanoseconds > longest) longest = nanoseconds;
    deliveries++;
}

static double milliseconds_at(double share) {
    uint64_t wanted = (uint64_t)(share * (double)deliveries), seen = 0;
    for (unsigned index = 0; index < BUCKETS; index++) {
        seen += buckets[index];
        if (seen > wanted) return (double)(((uint64_t)(32 + index % 32) << index / 32) - 32) / 1000;
    }
    return (double)longest / 1e6;
}

static int digit(unsigned char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static void take(const unsigned char *payload, unsigned length, uint64_t time) {
    if (length < STAMP) return;
    uint64_t due = 0;
    for (int place = 0; place < STAMP; place++) due = due << 4 | (unsigned)digit(payload[place]);
    note(time > due ? time - due : 0);
}

/* Takes the whole frames at the beginning; gives how many bytes they had. */
static size_t take_frames(const unsigned char *bytes, size_t count, uint64_t time) {
    size_t done = 0;
    while (count - done >= 2) {
        const unsigned char *frame = bytes + done;
        size_t head = 2, length = frame[1] & 127;
        if (length == 126) {
            if (count - done < 4) break;
            head = 4;
            length = (size_t)frame[2] << 8 | frame[3];
        } else if (length == 127) {
            fprintf(stderr, "load: a frame of more than 65,535 bytes\n");
            exit(1);
        }
        if (count - done < head + length) break;
        if ((frame[0] & 15) == 1) take(frame + head, (unsigned)length, time);
        if ((frame[0] & 15) == 8) {
            fprintf(stderr, "load: the server closed a connection\n");
            exit(1);
        }
        done += head + length;
    }
    return done;
}

static void drain(struct client *client, unsigned char *chunk) {
    for (;;) {
        memcpy(chunk, client->part, client->have);
        ssize_t count = read(client->socket, chunk + client->have, CHUNK - client->have);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (count <= 0) fail("load: read");
        size_t all = client->have + (size_t)count, done = take_frames(chunk, all, now());
        client->have = (unsigned)(all - done);
        if (client->have > sizeof client->part) fail("load: a frame is too long");
        memcpy(client->part, chunk + done, client->have);
        if (all < CHUNK) return;
    }
}

static void send_all(int socket, const void *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (sent < 0) fail("load: send");
        bytes = (const char *)bytes + sent;
        count -= (size_t)sent;
    }
}

static void send_message(int socket, uint64_t due) {
    unsigned char frame[6 + MESSAGE] = {0x81, 0x80 | MESSAGE};
    char text[MESSAGE + 1];
    snprintf(text, sizeof text, "%016llx%.*s", (unsigned long long)due, MESSAGE - STAMP,
             " lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore");
    /* A mask of zeros is one, too. */
    memcpy(frame + 6, text, MESSAGE);
    send_all(socket, frame, sizeof frame);
}

static int connect_to(int port, int number) {
    int one = 1, socket_ = socket(AF_INET, SOCK_STREAM, 0);
    if (socket_ < 0) fail("load: socket");
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7F000001u + (unsigned)(number % SOURCES))};
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (bind(socket_, (struct sockaddr *)&from, sizeof from) || connect(socket_, (struct sockaddr *)&to, sizeof to))
        fail("load: connect");
    static const char request[] =
        "GET /?token=load HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    send_all(socket_, request, sizeof request - 1);
    /* Nothing is published yet, so what comes is the answer alone. */
    char answer[2048];
    size_t have = 0;
    while (have < 4 || memcmp(answer + have - 4, "\r\n\r\n", 4)) {
        ssize_t count = read(socket_, answer + have, 1);
        if (count <= 0 || ++have == sizeof answer) fail("load: handshake");
    }
    if (memcmp(answer, "HTTP/1.1 101", 12)) {
        fprintf(stderr, "load: %.*s\n", (int)have, answer);
        exit(1);
    }
    fcntl(socket_, F_SETFL, O_NONBLOCK);
    return socket_;
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: load PORT CLIENTS RATE SECONDS\n");
        return 2;
    }
    int port = atoi(argv[1]), count = atoi(argv[2]);
    double rate = atof(argv[3]), seconds = atof(argv[4]);
    struct rlimit files = {1 << 16, 1 << 16};
    setrlimit(RLIMIT_NOFILE, &files);
    struct client *clients = calloc((size_t)count, sizeof *clients);
    unsigned char *chunk = malloc(CHUNK);
    struct epoll_event events[1024];
    int poll = epoll_create1(0);
    for (int number = 0; number < count; number++) {
        clients[number].socket = connect_to(port, number);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &clients[number]};
        epoll_ctl(poll, EPOLL_CTL_ADD, clients[number].socket, &event);
    }
    puts("ready");
    fflush(stdout);
    if (getchar() == EOF) return 0;
    uint64_t start = now(), end = start + (uint64_t)(seconds * 1e9), sent = 0, last = start;
    uint64_t planned = (uint64_t)(rate * seconds);
    for (;;) {
        uint64_t time = now();
        /* A few at a time, so that a late sender still reads. */
        for (int burst = 0; burst < 16 && sent < planned; burst++) {
            uint64_t due = start + (uint64_t)((double)sent * 1e9 / rate);
            if (due > time) break;
            send_message(clients[0].socket, due);
            sent++;
        }
        if (time >= end && (deliveries == planned * (uint64_t)count || time > end + GRACE_MS * 1000000ull)) break;
        uint64_t next = sent < planned ? start + (uint64_t)((double)sent * 1e9 / rate) : time + 10000000;
        int wait = next > time ? (int)((next - time) / 1000000) : 0;
        int ready = epoll_wait(poll, events, 1024, wait);
        uint64_t before = deliveries;
        for (int index = 0; index < ready; index++) drain(events[index].data.ptr, chunk);
        if (deliveries > before) last = now();
    }
    double elapsed = (double)(last - start) / 1e9;
    printf("{\"sent\":%llu,\"expected\":%llu,\"deliveries\":%llu,\"per_second\":%.0f,\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f}\n",
           (unsigned long long)sent, (unsigned long long)(planned * (uint64_t)count), (unsigned long long)deliveries,
           (double)deliveries / (elapsed > 0 ? elapsed : 1), milliseconds_at(.5), milliseconds_at(.99), (double)longest / 1e6);
    return 0;
}
