/*
 * unit_filter CALLS COMMAND [ARGUMENT...]: runs a command under the filters of system calls that
 * systemd would give it, for where no systemd runs. The calls that are allowed stand in the file
 * CALLS, one a line; all others answer EPERM, and so does memory that is writable and executable
 * (MemoryDenyWriteExecute).
 */
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int load(scmp_filter_ctx filter) {
  const int loaded = filter ? seccomp_load(filter) : -ENOMEM;
  seccomp_release(filter);
  return loaded;
}

static int deny_writable_code(void) {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  const scmp_datum_t both = PROT_WRITE | PROT_EXEC;
  if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(mmap), 1,
                       SCMP_A2(SCMP_CMP_MASKED_EQ, both, both)) < 0 ||
      seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(mprotect), 1,
                       SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC)) < 0) {
    return -EINVAL;
  }
  return load(filter);
}

static int allow_only(FILE* names) {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  char name[64];
  while (fgets(name, sizeof name, names)) {
    name[strcspn(name, "\n")] = 0;
    const int call = seccomp_syscall_resolve_name(name);
    /* Names of other machines, and of kernels that are newer than the library. */
    if (call < 0) continue;
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) < 0) return -EINVAL;
  }
  return load(filter);
}

int main(int count, char** arguments) {
  FILE* names = count < 3 ? NULL : fopen(arguments[1], "re");
  if (!names) return 2;
  if (deny_writable_code() < 0 || allow_only(names) < 0) {
    fputs("unit_filter: the filters cannot be loaded\n", stderr);
    return 125;
  }
  execvp(arguments[2], arguments + 2);
  perror(arguments[2]);
  return 127;
}
