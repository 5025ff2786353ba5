package kat.apiserver.dynamic;

import kat.api.KubeObject;
import kat.api.Status;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.measure.WebhookMetrics;
import kat.apiserver.measure.WebhookMetrics.Question;
import kat.apiserver.registry.Resource;
import org.jspecify.annotations.Nullable;

/// Decides which webhooks a request goes to, and in which version.
///
/// **Source:** `apiserver/pkg/admission/plugin/webhook/generic/webhook.go`.
record WebhookFilter(Cluster cluster, Authorizer authorizer, WebhookMetrics metrics) {

    /// The request as the webhook shall see it; null when it shall not.
    ///
    /// @param mayChange whether the webhook is one of those that change objects
    /// @throws kat.api.StatusException when that cannot be decided
    @Nullable AdmissionRequest select(
            Webhook webhook, AdmissionRequest request, boolean mayChange) {
        Resource version = webhook.matching().match(request, cluster);
        if (version == null) {
            return null;
        }
        AdmissionRequest seen = request.in(version);
        if (webhook.conditions().isEmpty()) {
            return seen;
        }
        KubeObject noNamespace = null;
        Activation activation =
                new Activation(seen, null, noNamespace, new Access(authorizer, request.sender()));
        Question question = WebhookCaller.question(webhook, request, mayChange);
        long since = metrics.now();
        try {
            boolean holds = webhook.conditions().hold(activation);
            metrics.conditions(question, since, holds);
            return holds ? seen : null;
        } catch (MatchConditions.Failure e) {
            metrics.conditionsFailed(question, since);
            throw Status.forbidden(
                            request.asked().resource().kind(),
                            request.name(),
                            String.valueOf(e.getMessage()))
                    .asException();
        }
    }
}
