#define _GNU_SOURCE
#include "CWorker.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Landlock, as the kernel's include/uapi/linux/landlock.h has it; the headers of Debian 12 end at the second version.
#define LANDLOCK_CREATE_RULESET 444
#define LANDLOCK_ADD_RULE 445
#define LANDLOCK_RESTRICT_SELF 446
#define READ_FILE (1ULL << 2)

struct ruleset {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};

struct path_rule {
    uint64_t allowed_access;
    int32_t parent_fd;
} __attribute__((packed));

/// Rights to files that each version of the interface knows of: 13, and then REFER, TRUNCATE and IOCTL_DEV.
static uint64_t file_rights(int version) {
    if (version >= 5) return (1ULL << 16) - 1;
    if (version >= 3) return (1ULL << 15) - 1;
    return version == 2 ? (1ULL << 14) - 1 : (1ULL << 13) - 1;
}

int talas_restrict_files(const char *readable_directory) {
    int version = (int)syscall(LANDLOCK_CREATE_RULESET, NULL, 0, 1);
    if (version < 1) return errno;
    struct ruleset ruleset = {
        .handled_access_fs = file_rights(version),
        // Binding and connecting of TCP; abstract Unix sockets and signals outside.
        .handled_access_net = version >= 4 ? 3 : 0,
        .scoped = version >= 6 ? 3 : 0,
    };
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    int rules = (int)syscall(LANDLOCK_CREATE_RULESET, &ruleset, size, 0);
    if (rules < 0) return errno;
    struct path_rule rule = {READ_FILE, open(readable_directory, O_PATH | O_CLOEXEC)};
    if (rule.parent_fd >= 0) {
        syscall(LANDLOCK_ADD_RULE, rules, 1, &rule, 0);
        close(rule.parent_fd);
    }
    int failure = syscall(LANDLOCK_RESTRICT_SELF, rules, 0) == 0 ? 0 : errno;
    close(rules);
    return failure;
}

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define FORBID(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), REFUSE

int talas_restrict_calls(void) {
#ifdef ARCHITECTURE
    struct sock_filter filter[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        LOAD(nr),
        // The calls of x32 have numbers of their own.
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), REFUSE,
        FORBID(socket), FORBID(socketpair), FORBID(connect), FORBID(bind),
        FORBID(execve), FORBID(execveat), FORBID(ptrace), FORBID(process_vm_readv), FORBID(process_vm_writev),
        FORBID(pidfd_open), FORBID(pidfd_getfd), FORBID(pidfd_send_signal), FORBID(kill), FORBID(kcmp),
        FORBID(mount), FORBID(umount2), FORBID(pivot_root), FORBID(chroot), FORBID(move_mount), FORBID(open_tree),
        FORBID(fsopen), FORBID(fsconfig), FORBID(fsmount), FORBID(fspick), FORBID(mount_setattr),
        FORBID(unshare), FORBID(setns), FORBID(bpf), FORBID(perf_event_open), FORBID(userfaultfd),
        FORBID(io_uring_setup), FORBID(io_uring_enter), FORBID(io_uring_register),
        FORBID(add_key), FORBID(request_key), FORBID(keyctl), FORBID(open_by_handle_at), FORBID(name_to_handle_at),
        FORBID(init_module), FORBID(finit_module), FORBID(delete_module), FORBID(kexec_load), FORBID(reboot),
        FORBID(swapon), FORBID(swapoff), FORBID(acct), FORBID(quotactl), FORBID(syslog), FORBID(personality),
        FORBID(settimeofday), FORBID(clock_settime), FORBID(adjtimex), FORBID(clock_adjtime),
        FORBID(sethostname), FORBID(setdomainname), FORBID(fanotify_init), FORBID(shmget), FORBID(shmat),
        FORBID(msgget), FORBID(semget), FORBID(mq_open), FORBID(setpriority), FORBID(ioprio_set),
        // Threads are fine, new processes and namespaces are not. Without clone3 the C library takes clone, whose flags
        // can be looked at.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone3, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
#ifdef __NR_fork
        FORBID(fork), FORBID(vfork),
#endif
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 0, 3),
        LOAD(args[0]),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0), REFUSE,
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    long status = syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
    return status == 0 ? 0 : status > 0 ? EBUSY : errno;
#else
    return ENOSYS;
#endif
}

int talas_try_network(void) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return errno;
    close(descriptor);
    return 0;
}

int talas_try_execute(void) {
    // Where programs may be run, this one is only not found.
    char *const nothing[] = {NULL};
    execve("/nonexistent/program", nothing, nothing);
    return errno == ENOENT ? 0 : errno;
}

int talas_try_trace(void) {
    // Where processes may be traced, there is only none of this number.
    if (ptrace(PTRACE_PEEKDATA, -1, NULL, NULL) == 0 || errno == ESRCH) return 0;
    return errno;
}

int talas_try_open(const char *path) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return errno;
    close(descriptor);
    return 0;
}
