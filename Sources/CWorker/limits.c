#define _GNU_SOURCE
#include "CWorker.h"
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static int outcome(int status) { return status == 0 ? 0 : errno; }

int talas_die_with_parent(void) { return outcome(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)); }

int talas_renounce_privileges(void) { return outcome(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }

int talas_has_renounced_privileges(void) { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1; }

int talas_become(uint32_t user, uint32_t group) {
    if (setgroups(0, 0) != 0 || setresgid(group, group, group) != 0) return errno;
    return outcome(setresuid(user, user, user));
}

// Leaves of all capabilities the one to bind ports below 1024, where it was there; programs that are run do not inherit it.
static int keep_ports_only(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, sets) != 0) return errno;
    const uint32_t kept = sets[0].permitted & (1u << CAP_NET_BIND_SERVICE);
    sets[0] = (struct __user_cap_data_struct){kept, kept, 0};
    sets[1] = (struct __user_cap_data_struct){0, 0, 0};
    return outcome(syscall(SYS_capset, &header, sets));
}

int talas_become_server(uint32_t user, uint32_t group, const char *name) {
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return errno;
    if (initgroups(name, group) != 0 || setresgid(group, group, group) != 0 || setresuid(user, user, user) != 0)
        return errno;
    const int failure = keep_ports_only();
    if (failure != 0) return failure;
    // The change of user hides the process from its own tools, and from the one that looks for its crash.
    return prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) == 0 ? outcome(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)) : errno;
}

static int limit(__rlimit_resource_t resource, uint64_t soft, uint64_t hard) {
    struct rlimit bound = {soft, hard};
    return outcome(setrlimit(resource, &bound));
}

int talas_limit_address_space(uint64_t bytes) { return limit(RLIMIT_AS, bytes, bytes); }
int talas_limit_open_files(uint64_t count) { return limit(RLIMIT_NOFILE, count, count); }
int talas_limit_file_size(uint64_t bytes) { return limit(RLIMIT_FSIZE, bytes, bytes); }
int talas_forbid_core_dumps(void) { return limit(RLIMIT_CORE, 0, 0); }

int talas_limit_processor_time(uint64_t soft_seconds, uint64_t hard_seconds) {
    return limit(RLIMIT_CPU, soft_seconds, hard_seconds);
}

uint64_t talas_address_space_limit(void) {
    struct rlimit bound;
    return getrlimit(RLIMIT_AS, &bound) == 0 ? bound.rlim_cur : UINT64_MAX;
}

uint64_t talas_processor_seconds(void) {
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 2;
}
