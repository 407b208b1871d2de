// What the server and its workers need of Linux that Swift cannot call: variadic functions, filters, descriptors on a socket.
#pragma once
#include <stdint.h>

/// Ends the calling process by SIGKILL when the thread that started it ends. 0, or an errno.
int talas_die_with_parent(void);

/// No program that is run from here on has more rights than this process. 0, or an errno.
int talas_renounce_privileges(void);

/// Whether that has been done.
int talas_has_renounced_privileges(void);

/// Becomes another user and group, for good, with no further groups. 0, or an errno.
int talas_become(uint32_t user, uint32_t group);

/// Becomes a user with its groups, for good, but may still bind ports below 1024 where it could before. Call it while there
/// is one thread. 0, or an errno.
int talas_become_server(uint32_t user, uint32_t group, const char *name);

/// Bounds of a process; UINT64_MAX for none. 0, or an errno.
int talas_limit_address_space(uint64_t bytes);
int talas_limit_open_files(uint64_t count);
int talas_limit_file_size(uint64_t bytes);
int talas_limit_processor_time(uint64_t soft_seconds, uint64_t hard_seconds);
int talas_forbid_core_dumps(void);

/// Bytes of address space that the process may have; UINT64_MAX for no bound.
uint64_t talas_address_space_limit(void);

/// Processor time of the process so far, in seconds, rounded up.
uint64_t talas_processor_seconds(void);

/// Opens nothing of the file system from here on (Landlock), but for reading below one directory. Holds for the calling
/// thread and those that it starts. 0, or an errno: ENOSYS or EOPNOTSUPP where the kernel lacks it.
int talas_restrict_files(const char *readable_directory);

/// Forbids system calls that decoding has no use for: sockets, programs, tracing, mounts, other namespaces (seccomp).
/// Holds for all threads. 0, or an errno.
int talas_restrict_calls(void);

/// Attempts of what the above forbid: 0 when it can be done, else an errno.
int talas_try_network(void);
int talas_try_execute(void);
int talas_try_trace(void);
int talas_try_open(const char *path);

/// A file that is nowhere but in memory; -1 where there can be none.
int talas_memory_file(void);

/// Sends an open descriptor and a number over a Unix socket, without waiting. 0, or an errno.
int talas_send_descriptor(int socket, uint64_t number, int descriptor);

/// Waits for one: gives its descriptor and number, or -1 at the end of the socket.
int talas_receive_descriptor(int socket, uint64_t *number);

/// Starts a program in a session of its own with nothing open but standard error, `listener` as 3 and `channel` as 4.
/// 0, or an errno.
int talas_spawn(
    const char *executable, char *const arguments[], char *const environment[], int listener, int channel,
    int *process);

/// A listening Unix socket at a path; -1 with errno.
int talas_listen(const char *path);

/// Two sockets that are connected with each other, which keep messages apart. 0, or an errno.
int talas_socket_pair(int sockets[2]);
