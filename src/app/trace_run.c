/*
 * A walk from the root as the model keeps it. Decides nothing: update_trace.c does.
 */
#include <stdlib.h>

#include "app/trace_run.h"

void
trace_run_free(struct trace_run *run)
{
	if (run == NULL)
		return;
	dns_trace_free(run->machine);
	free(run);
}
