/* cli/credit_limit.c - scrip credit-limit: how far a customer may owe. */
#include "cli/detail.h"
#include "cli/report.h"
#include "cli/settings.h"

int run_credit_limit(struct invocation *invocation)
{
    struct scrip_credit_limit_params params = {
        .limit = invocation_amount(invocation, 1),
        .credit_type = invocation_text(invocation, "credit-type"),
        .reason = invocation_text(invocation, "reason"),
    };
    struct scrip_credit_limit *answer = NULL;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    if (scrip_credit_limit_set(invocation->client, invocation->operands[0], &params,
                               &invocation->call, &answer, &invocation->error) != SCRIP_OK)
        return report_error(invocation);
    if (!detail_json(invocation, answer)) {
        detail_text(invocation, "of", answer->credit_type.name);
        detail_instant(invocation, "at", answer->at);
        detail_decimal(invocation, "credit limit", answer->credit_limit);
        detail_unless_zero(invocation, "debt", answer->debt);
    }
    scrip_free(answer);
    return CLI_WELL;
}
