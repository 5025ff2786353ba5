package kat.apiserver.dynamic;

import java.util.Set;
import kat.api.json.JsonObject;
import kat.api.policy.RegistrationValidation;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.measure.AdmissionTimes;
import kat.apiserver.measure.PolicyMetrics;
import kat.apiserver.measure.WebhookMetrics;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resources;
import kat.apiserver.webhook.WebhookClient;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.base.metrics.Metrics;
import kat.store.Store;

/// Asks what users registered about each write: policies, then webhooks. Writes of the server
/// itself, and those of configurations and policies, are not asked about.
///
/// **Threads:** any; blocks while webhooks are asked.
public final class DynamicAdmission implements AutoCloseable {

    /// What policies never see, so that none can lock everybody out.
    private static final Set<String> WITHOUT_POLICIES =
            Set.of("authentication.k8s.io", "authorization.k8s.io");

    private final Registrations registrations;
    private final MutatingWebhooks mutatingWebhooks;
    private final ValidatingWebhooks validatingWebhooks;
    private final MutatingPolicies mutatingPolicies;
    private final ValidatingPolicies validatingPolicies;
    private final Metrics metrics;
    private final AdmissionTimes times;
    private final AdmissionTimes.Step mutatingPolicyStep;
    private final AdmissionTimes.Step mutatingWebhookStep;
    private final AdmissionTimes.Step validatingPolicyStep;
    private final AdmissionTimes.Step validatingWebhookStep;

    /// What it works with.
    public record Below(
            Store store,
            Reader reader,
            Resources resources,
            Authorizer authorizer,
            WebhookClient client) {}

    /// @param metrics where what is asked is counted
    public DynamicAdmission(Below below, Metrics metrics, Ticker ticker, Randomness randomness) {
        this.metrics = metrics;
        this.times = new AdmissionTimes(metrics, ticker);
        this.mutatingPolicyStep =
                times.controller("MutatingAdmissionPolicy", AdmissionTimes.Type.ADMIT);
        this.mutatingWebhookStep =
                times.controller("MutatingAdmissionWebhook", AdmissionTimes.Type.ADMIT);
        this.validatingPolicyStep =
                times.controller("ValidatingAdmissionPolicy", AdmissionTimes.Type.VALIDATE);
        this.validatingWebhookStep =
                times.controller("ValidatingAdmissionWebhook", AdmissionTimes.Type.VALIDATE);
        WebhookMetrics webhooks = new WebhookMetrics(metrics, ticker);
        PolicyMetrics policies = new PolicyMetrics(metrics, ticker);
        Cluster cluster = new Cluster(below.reader(), below.resources());
        WebhookFilter filter = new WebhookFilter(cluster, below.authorizer(), webhooks);
        WebhookCaller caller = new WebhookCaller(below.client(), webhooks, randomness);
        this.registrations = new Registrations(below.store(), cluster);
        this.mutatingWebhooks = new MutatingWebhooks(filter, caller);
        this.validatingWebhooks = new ValidatingWebhooks(filter, caller);
        this.mutatingPolicies = new MutatingPolicies(cluster, below.authorizer(), policies);
        this.validatingPolicies = new ValidatingPolicies(cluster, below.authorizer(), policies);
    }

    /// Where what admission does is counted.
    public Metrics metrics() {
        return metrics;
    }

    /// Who times admission, this part included.
    public AdmissionTimes times() {
        return times;
    }

    private static boolean concerns(Attributes attributes) {
        return attributes.call().sender() != null
                && !RegistrationValidation.handles(attributes.resource().kind());
    }

    private static boolean hasPolicies(Attributes attributes) {
        return !WITHOUT_POLICIES.contains(attributes.resource().kind().group());
    }

    /// The object with what policies and webhooks change.
    ///
    /// @param run times it; where nothing is registered there is nothing to time
    /// @throws kat.api.StatusException when one refuses the write or fails
    public JsonObject admit(
            Attributes attributes, JsonObject object, Round round, AdmissionTimes.Run run) {
        Registered registered = registrations.get();
        if (registered.changesNothing() || !concerns(attributes)) {
            return object;
        }
        AdmissionRequest request = AdmissionRequest.of(attributes, object);
        AdmissionRequest changed = request;
        if (hasPolicies(attributes)) {
            run.at(mutatingPolicyStep);
            changed = mutatingPolicies.admit(changed, registered.mutatingPolicies(), round);
        }
        run.at(mutatingWebhookStep);
        changed = mutatingWebhooks.admit(changed, registered.mutatingWebhooks(), round);
        JsonObject result = changed.object();
        return result == null || changed == request ? object : result;
    }

    /// @throws kat.api.StatusException when a policy or webhook refuses the write or fails
    public void validate(Attributes attributes, JsonObject object, AdmissionTimes.Run run) {
        Registered registered = registrations.get();
        if (registered.decidesNothing() || !concerns(attributes)) {
            return;
        }
        AdmissionRequest request = AdmissionRequest.of(attributes, object);
        if (hasPolicies(attributes)) {
            run.at(validatingPolicyStep);
            validatingPolicies.validate(request, registered.validatingPolicies());
        }
        run.at(validatingWebhookStep);
        validatingWebhooks.validate(request, registered.validatingWebhooks());
    }

    @Override
    public void close() {
        registrations.close();
    }
}
