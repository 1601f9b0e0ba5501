// The C11 threads of <threads.h> in terms of POSIX threads, for programs under ThreadSanitizer.
// librdkafka makes its threads, locks and conditions through C11's functions. The sanitizer follows
// POSIX threads only: a thread that it did not see begin crashes at its first allocation, and every
// lock that it does not see is a race. glibc builds both families on the same bytes, but its C11
// functions call its own insides, where nothing can step between. This library stands before libc
// in the search for symbols, so librdkafka finds these functions, and the sanitizer sees theirs.
// It is linked with the sanitizer `thread` alone (cmake/Sanitizers.cmake).
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

_Static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t), "glibc keeps one of them in the other");
_Static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t), "glibc keeps one of them in the other");
_Static_assert(sizeof(once_flag) == sizeof(pthread_once_t), "glibc keeps one of them in the other");

static int answer(int error) {
  switch (error) {
    case 0:
      return thrd_success;
    case EBUSY:
      return thrd_busy;
    case ENOMEM:
      return thrd_nomem;
    case ETIMEDOUT:
      return thrd_timedout;
    default:
      return thrd_error;
  }
}

struct beginning {
  thrd_start_t function;
  void* argument;
};

static void* begin(void* given) {
  const struct beginning beginning = *(struct beginning*)given;
  free(given);
  return (void*)(intptr_t)beginning.function(beginning.argument);
}

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
  struct beginning* beginning = malloc(sizeof *beginning);
  if (beginning == NULL) return thrd_nomem;
  *beginning = (struct beginning){function, argument};
  const int error = pthread_create(thread, NULL, begin, beginning);
  if (error != 0) free(beginning);
  return error == EAGAIN ? thrd_nomem : answer(error);
}

int thrd_join(thrd_t thread, int* result) {
  void* end = NULL;
  const int error = pthread_join(thread, &end);
  if (error == 0 && result != NULL) *result = (int)(intptr_t)end;
  return answer(error);
}

int thrd_detach(thrd_t thread) { return answer(pthread_detach(thread)); }

void thrd_exit(int result) { pthread_exit((void*)(intptr_t)result); }

void call_once(once_flag* flag, void (*function)(void)) {
  pthread_once((pthread_once_t*)flag, function);
}

int mtx_init(mtx_t* mutex, int type) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  if ((type & mtx_recursive) != 0) {
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  }
  const int error = pthread_mutex_init((pthread_mutex_t*)mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
  return answer(error);
}

int mtx_lock(mtx_t* mutex) { return answer(pthread_mutex_lock((pthread_mutex_t*)mutex)); }

int mtx_trylock(mtx_t* mutex) { return answer(pthread_mutex_trylock((pthread_mutex_t*)mutex)); }

int mtx_timedlock(mtx_t* restrict mutex, const struct timespec* restrict until) {
  return answer(pthread_mutex_timedlock((pthread_mutex_t*)mutex, until));
}

int mtx_unlock(mtx_t* mutex) { return answer(pthread_mutex_unlock((pthread_mutex_t*)mutex)); }

void mtx_destroy(mtx_t* mutex) { pthread_mutex_destroy((pthread_mutex_t*)mutex); }

int cnd_init(cnd_t* condition) {
  return answer(pthread_cond_init((pthread_cond_t*)condition, NULL));
}

int cnd_signal(cnd_t* condition) { return answer(pthread_cond_signal((pthread_cond_t*)condition)); }

int cnd_broadcast(cnd_t* condition) {
  return answer(pthread_cond_broadcast((pthread_cond_t*)condition));
}

int cnd_wait(cnd_t* condition, mtx_t* mutex) {
  return answer(pthread_cond_wait((pthread_cond_t*)condition, (pthread_mutex_t*)mutex));
}

int cnd_timedwait(cnd_t* restrict condition, mtx_t* restrict mutex,
                  const struct timespec* restrict until) {
  return answer(pthread_cond_timedwait((pthread_cond_t*)condition, (pthread_mutex_t*)mutex, until));
}

void cnd_destroy(cnd_t* condition) { pthread_cond_destroy((pthread_cond_t*)condition); }
