/*
 * Loaded into every process of the peers when an ordinary user runs tests/peers: a user namespace
 * made without help knows one user only, number 0, and mail servers insist on changing to
 * users of their own and look whether they have. Here those changes are remembered and told back,
 * and nothing else happens: inside the namespace there is nobody to protect from
 * anybody. Never part of the program.
 */
#include <grp.h>
#include <sys/types.h>
#include <unistd.h>

static uid_t real_user, effective_user;
static gid_t real_group, effective_group;

#define ALL_SAME ((id_t)-1)

/* Remembers the numbers that were given; -1 leaves one as it is. */
static int
pretend(id_t *real, id_t *effective, id_t new_real, id_t new_effective)
{
	if (new_real != ALL_SAME)
		*real = new_real;
	if (new_effective != ALL_SAME)
		*effective = new_effective;
	return 0;
}

#define USER(real, effective)  pretend(&real_user, &effective_user, real, effective)
#define GROUP(real, effective) pretend(&real_group, &effective_group, real, effective)
#define ANSWER(type, call, parameters, answer) \
	type call parameters \
	{ \
		return answer; \
	}

ANSWER(int, setuid, (uid_t u), USER(u, u))
ANSWER(int, seteuid, (uid_t e), USER(ALL_SAME, e))
ANSWER(int, setreuid, (uid_t r, uid_t e), USER(r, e))
ANSWER(int, setresuid, (uid_t r, uid_t e, uid_t s), ((void)s, USER(r, e)))
ANSWER(int, setgid, (gid_t g), GROUP(g, g))
ANSWER(int, setegid, (gid_t e), GROUP(ALL_SAME, e))
ANSWER(int, setregid, (gid_t r, gid_t e), GROUP(r, e))
ANSWER(int, setresgid, (gid_t r, gid_t e, gid_t s), ((void)s, GROUP(r, e)))
ANSWER(uid_t, getuid, (void), real_user)
ANSWER(uid_t, geteuid, (void), effective_user)
ANSWER(gid_t, getgid, (void), real_group)
ANSWER(gid_t, getegid, (void), effective_group)
ANSWER(int, setgroups, (size_t n, const gid_t *l), ((void)n, (void)l, 0))
ANSWER(int, initgroups, (const char *user, gid_t g), ((void)user, (void)g, 0))
ANSWER(int, chown, (const char *p, uid_t u, gid_t g), ((void)p, (void)u, (void)g, 0))
ANSWER(int, lchown, (const char *p, uid_t u, gid_t g), ((void)p, (void)u, (void)g, 0))
ANSWER(int, fchown, (int fd, uid_t u, gid_t g), ((void)fd, (void)u, (void)g, 0))
ANSWER(int, fchownat, (int d, const char *p, uid_t u, gid_t g, int f),
    ((void)d, (void)p, (void)u, (void)g, (void)f, 0))
