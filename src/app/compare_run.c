/*
 * A comparison as the model keeps it. Decides nothing: update_compare.c does.
 */
#include <stdlib.h>

#include "app/compare_run.h"

void
compare_run_free(struct compare_run *run)
{
	if (run == NULL)
		return;
	dns_comparison_free(run->machine);
	divergence_clear(&run->divergence);
	free(run);
}
