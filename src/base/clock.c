/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "base/clock.h"

#include <time.h>

uint64_t
clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return ((uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000);
}

void
clock_wall_at(struct buf *b, uint64_t us)
{
	time_t s = (time_t)(us / 1000000);
	struct tm tm;
	char day[32];

	if (gmtime_r(&s, &tm) == NULL ||
	    strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		return;
	buf_addf(b, "%s.%06uZ", day, (unsigned)(us % 1000000));
}

void
clock_wall(struct buf *b)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	clock_wall_at(b, (uint64_t)t.tv_sec * 1000000 +
	    (uint64_t)t.tv_nsec / 1000);
}
