package kat.apiserver.dynamic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.apiserver.audit.AuditText;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.dynamic.Verdict.Decision;
import kat.apiserver.measure.PolicyMetrics;
import kat.apiserver.registry.Resource;
import org.jspecify.annotations.Nullable;

/// Lets validating policies decide; the first denial counts.
///
/// **Source:** `apiserver/pkg/admission/plugin/policy/validating/dispatcher.go`.
final class ValidatingPolicies {

    /// In bytes.
    private static final int LONGEST_ANNOTATION = 10 * 1024;

    private static final int USUAL_NOTE = 256;
    private static final String FAILURE = "validation.policy.admission.k8s.io/validation_failure";

    private final Cluster cluster;
    private final Parameters parameters;
    private final Authorizer authorizer;
    private final PolicyMetrics metrics;

    ValidatingPolicies(Cluster cluster, Authorizer authorizer, PolicyMetrics metrics) {
        this.metrics = metrics;
        this.cluster = cluster;
        this.parameters = new Parameters(cluster);
        this.authorizer = authorizer;
    }

    /// @param binding empty when the policy itself is at fault
    private record Denial(String policy, String binding, Decision decision) {

        String message() {
            String by = binding.isEmpty() ? "" : " with binding '" + binding + "'";
            return "ValidatingAdmissionPolicy '"
                    + policy
                    + "'"
                    + by
                    + " denied request: "
                    + decision.message();
        }
    }

    /// What the policies say about one request.
    private final class Run {
        private final AdmissionRequest request;
        private final List<Denial> denials = new ArrayList<>();

        Run(AdmissionRequest request) {
            this.request = request;
        }

        void policy(Registered.Bound bound) {
            Policy policy = bound.policy();
            Resource version;
            try {
                version = policy.matching().match(request, cluster);
                if (version == null) {
                    return;
                }
                parameters.require(policy.paramKind());
            } catch (StatusException e) {
                fault(policy, "", e.status().message());
                return;
            } catch (ConfigurationFault e) {
                fault(policy, "", String.valueOf(e.getMessage()));
                return;
            }
            AdmissionRequest seen = request.in(version);
            Map<String, Set<String>> notes = new LinkedHashMap<>();
            for (PolicyBinding binding : bound.bindings()) {
                binding(policy, binding, seen, notes);
            }
            notes.forEach(
                    (key, values) ->
                            request.call()
                                    .annotate(
                                            policy.name() + "/" + key, String.join(", ", values)));
        }

        private void fault(Policy policy, String binding, String why) {
            if (!policy.ignoresFailures()) {
                String what = binding.isEmpty() ? "policy" : "binding";
                Decision decision = Decision.deny("failed to configure " + what + ": " + why, "");
                denials.add(new Denial(policy.name(), binding, decision));
            }
        }

        private void binding(
                Policy policy,
                PolicyBinding binding,
                AdmissionRequest seen,
                Map<String, Set<String>> notes) {
            List<Optional<KubeObject>> params;
            try {
                if (!binding.covers(request, cluster)) {
                    return;
                }
                params = parameters.collect(policy.paramKind(), binding, request);
            } catch (StatusException e) {
                fault(policy, binding.name(), e.status().message());
                return;
            } catch (ConfigurationFault e) {
                fault(policy, binding.name(), String.valueOf(e.getMessage()));
                return;
            }
            KubeObject namespace = namespaceOf(request, cluster);
            for (Optional<KubeObject> each : params) {
                long since = metrics.now();
                Verdict verdict =
                        Verdict.of(policy, () -> activation(seen, each.orElse(null), namespace));
                count(policy, binding, verdict, metrics.now() - since);
                apply(policy, binding, verdict, notes);
            }
        }

        private Activation activation(
                AdmissionRequest seen,
                @Nullable KubeObject params,
                @Nullable KubeObject namespace) {
            Access access = new Access(authorizer, request.sender());
            return new Activation(seen, params, namespace, access);
        }

        private void count(Policy policy, PolicyBinding binding, Verdict verdict, long nanos) {
            for (Decision decision : verdict.decisions()) {
                if (decision.isDenied()) {
                    for (String action : binding.actions()) {
                        String shown = action.toLowerCase(Locale.ROOT);
                        metrics.decided(policy.name(), binding.name(), shown, nanos);
                    }
                } else if (!decision.message().isEmpty()) {
                    metrics.decided(policy.name(), binding.name(), "allow", nanos);
                }
            }
        }

        private void apply(
                Policy policy,
                PolicyBinding binding,
                Verdict verdict,
                Map<String, Set<String>> notes) {
            int index = 0;
            for (Decision decision : verdict.decisions()) {
                if (decision.isDenied()) {
                    denied(policy, binding, decision, index);
                }
                index++;
            }
            for (Verdict.Note note : verdict.notes()) {
                if (!note.error().isEmpty()) {
                    Decision decision = Decision.deny(note.error(), "");
                    denials.add(new Denial(policy.name(), binding.name(), decision));
                } else {
                    notes.computeIfAbsent(note.key(), _ -> new LinkedHashSet<>())
                            .add(cut(note.value()));
                }
            }
        }

        private void denied(Policy policy, PolicyBinding binding, Decision decision, int index) {
            for (String action : binding.actions()) {
                switch (action) {
                    case "Deny" -> denials.add(new Denial(policy.name(), binding.name(), decision));
                    case "Warn" ->
                            request.call()
                                    .warn(
                                            "Validation failed for ValidatingAdmissionPolicy '"
                                                    + policy.name()
                                                    + "' with binding '"
                                                    + binding.name()
                                                    + "': "
                                                    + decision.message());
                    default ->
                            request.call()
                                    .annotate(
                                            FAILURE, failureNote(policy, binding, decision, index));
                }
            }
        }
    }

    private static String failureNote(
            Policy policy, PolicyBinding binding, Decision decision, int index) {
        return new AuditText(USUAL_NOTE)
                .raw("[{\"message\":")
                .string(decision.message())
                .raw(",\"policy\":")
                .string(policy.name())
                .raw(",\"binding\":")
                .string(binding.name())
                .raw(",\"expressionIndex\":" + index + ",\"validationActions\":")
                .strings(binding.actions())
                .raw("}]")
                .toString();
    }

    /// In Kubernetes texts are cut by their bytes.
    private static String cut(String value) {
        byte[] bytes = value.getBytes(UTF_8);
        return bytes.length <= LONGEST_ANNOTATION
                ? value
                : new String(bytes, 0, LONGEST_ANNOTATION, UTF_8);
    }

    /// The namespace that expressions see; null for what lies in none, and for namespaces.
    ///
    /// @throws StatusException when it does not exist
    static @Nullable KubeObject namespaceOf(AdmissionRequest request, Cluster cluster) {
        if (request.isNamespace() || request.namespace().isEmpty()) {
            return null;
        }
        KubeObject found = cluster.namespace(request.namespace());
        if (found == null) {
            throw Status.notFound(Kinds.NAMESPACE, request.namespace()).asException();
        }
        return found;
    }

    /// @throws StatusException when a policy denies the request
    void validate(AdmissionRequest request, List<Registered.Bound> policies) {
        Run run = new Run(request);
        policies.forEach(run::policy);
        if (run.denials.isEmpty()) {
            return;
        }
        Denial first = run.denials.getFirst();
        String reason = first.decision().reason();
        String shown = reason.isEmpty() ? "Invalid" : reason;
        throw PolicyRefusal.of(request, shown, first.message()).asException();
    }
}
