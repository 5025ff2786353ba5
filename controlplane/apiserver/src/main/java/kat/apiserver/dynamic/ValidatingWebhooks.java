package kat.apiserver.dynamic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import kat.api.Status;
import kat.api.StatusException;
import kat.apiserver.registry.WriteCall;
import kat.base.TaskGroup;
import kat.base.trace.Span;

/// Asks the webhooks that only decide, all at once; the first refusal counts.
///
/// **Source:** `apiserver/pkg/admission/plugin/webhook/validating/dispatcher.go`.
final class ValidatingWebhooks {

    private static final System.Logger LOG = System.getLogger(ValidatingWebhooks.class.getName());
    private static final String FAILED_OPEN =
            "failed-open.validating.webhook.admission.k8s.io/round_0_index_";

    private final WebhookFilter filter;
    private final WebhookCaller caller;

    ValidatingWebhooks(WebhookFilter filter, WebhookCaller caller) {
        this.filter = filter;
        this.caller = caller;
    }

    private record Invocation(Webhook webhook, AdmissionRequest seen, int index) {}

    void validate(AdmissionRequest request, List<Webhook> webhooks) {
        List<Invocation> invocations = new ArrayList<>();
        for (Webhook webhook : webhooks) {
            AdmissionRequest seen = filter.select(webhook, request, false);
            if (seen != null) {
                invocations.add(new Invocation(webhook, seen, invocations.size()));
            }
        }
        if (invocations.isEmpty()) {
            return;
        }
        Optional<StatusException> refusal =
                invocations.size() == 1 ? ask(invocations.getFirst()) : askAll(invocations);
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    private Optional<StatusException> askAll(List<Invocation> invocations) {
        List<FutureTask<Optional<StatusException>>> tasks = new ArrayList<>();
        try (TaskGroup group = new TaskGroup("kat-webhooks")) {
            for (Invocation each : invocations) {
                tasks.add(group.fork(Span.carried(() -> ask(each))));
            }
            group.join();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a webhook could not be asked", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.timeout("request did not complete within requested timeout").asException();
        }
        return tasks.stream().flatMap(task -> task.resultNow().stream()).findFirst();
    }

    private Optional<StatusException> ask(Invocation invocation) {
        Webhook webhook = invocation.webhook();
        try {
            caller.ask(webhook, invocation.seen(), false);
            return Optional.empty();
        } catch (StatusException e) {
            return Optional.of(e);
        } catch (CallFailure e) {
            if (!webhook.ignoresFailures()) {
                String why = String.valueOf(e.getMessage());
                return Optional.of(Rejection.failed(webhook.name(), why));
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "failing open webhook={0} error={1}",
                    webhook.name(),
                    e.getMessage());
            WriteCall call = invocation.seen().call();
            call.annotate(FAILED_OPEN + invocation.index(), webhook.name());
            return Optional.empty();
        }
    }
}
