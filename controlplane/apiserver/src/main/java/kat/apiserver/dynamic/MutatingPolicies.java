package kat.apiserver.dynamic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.cel.CelException;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.measure.PolicyMetrics;
import kat.apiserver.registry.Resource;

/// Lets mutating policies change an object, one after the other.
///
/// **Source:** `apiserver/pkg/admission/plugin/policy/mutating/dispatcher.go`.
final class MutatingPolicies {

    private final Cluster cluster;
    private final Parameters parameters;
    private final Authorizer authorizer;
    private final PolicyMetrics metrics;

    MutatingPolicies(Cluster cluster, Authorizer authorizer, PolicyMetrics metrics) {
        this.metrics = metrics;
        this.cluster = cluster;
        this.parameters = new Parameters(cluster);
        this.authorizer = authorizer;
    }

    /// A policy that shall act, with one set of parameters.
    private record Invocation(
            Policy policy, PolicyBinding binding, Resource version, Optional<KubeObject> params) {

        String key() {
            String parameter = params.map(each -> each.key().toString()).orElse("");
            return policy.name() + "/" + binding.name() + "/" + parameter;
        }
    }

    /// Why a policy could not do its work.
    private record Fault(String message, String reason) {}

    /// What is collected while policies act on one request.
    private static final class Faults {
        private final List<Fault> all = new ArrayList<>();

        void configuration(Policy policy, String binding, String why) {
            String what = binding.isEmpty() ? "policy" : "binding";
            add(policy, binding, "failed to configure " + what + ": " + why, "");
        }

        void add(Policy policy, String binding, String why, String reason) {
            if (!policy.ignoresFailures()) {
                String by =
                        binding.isEmpty()
                                ? "policy \"" + policy.name() + "\""
                                : "policy '" + policy.name() + "' with binding '" + binding + "'";
                all.add(new Fault(by + " denied request: " + why, reason));
            }
        }
    }

    AdmissionRequest admit(AdmissionRequest first, List<Registered.Bound> policies, Round round) {
        Faults faults = new Faults();
        List<Invocation> invocations = new ArrayList<>();
        for (Registered.Bound bound : policies) {
            collect(bound, first, invocations, faults);
        }
        AdmissionRequest last =
                invocations.isEmpty() ? first : run(first, invocations, round, faults);
        if (!faults.all.isEmpty()) {
            throw PolicyRefusal.ofMutation(
                            first,
                            faults.all.getFirst().reason(),
                            faults.all.stream().map(Fault::message).toList())
                    .asException();
        }
        return last;
    }

    private void collect(
            Registered.Bound bound,
            AdmissionRequest request,
            List<Invocation> invocations,
            Faults faults) {
        Policy policy = bound.policy();
        Resource version;
        try {
            version = policy.matching().match(request, cluster);
            if (version == null) {
                return;
            }
            parameters.require(policy.paramKind());
        } catch (StatusException e) {
            faults.configuration(policy, "", e.status().message());
            return;
        } catch (ConfigurationFault e) {
            faults.configuration(policy, "", String.valueOf(e.getMessage()));
            return;
        }
        for (PolicyBinding binding : bound.bindings()) {
            try {
                if (binding.covers(request, cluster)) {
                    parameters.collect(policy.paramKind(), binding, request).stream()
                            .map(params -> new Invocation(policy, binding, version, params))
                            .forEach(invocations::add);
                }
            } catch (StatusException e) {
                faults.configuration(policy, binding.name(), e.status().message());
            } catch (ConfigurationFault e) {
                faults.configuration(policy, binding.name(), String.valueOf(e.getMessage()));
            }
        }
    }

    private AdmissionRequest run(
            AdmissionRequest first, List<Invocation> invocations, Round round, Faults faults) {
        Reinvocation again = round.policies();
        JsonObject object = first.object();
        if (object == null) {
            return first;
        }
        if (round.isSecond()) {
            again.comesBack(object);
        }
        KubeObject namespace = ValidatingPolicies.namespaceOf(first, cluster);
        AdmissionRequest current = first;
        boolean mutates = false;
        for (Invocation each : invocations) {
            PolicyRun run = new PolicyRun(each.policy(), each.params(), namespace);
            AdmissionRequest seen = current.in(each.version());
            if (!applies(run, each, seen, faults)
                    || (round.isSecond() && !again.isAskedAgain(each.key()))) {
                continue;
            }
            AdmissionRequest next = changed(run, each, seen, faults);
            mutates = true;
            if (next != seen) {
                again.changed();
                round.wantAgain();
                current = next.in(first.resource());
            }
            if (each.policy().isCalledAgain()) {
                again.asked(each.key());
            }
        }
        if (mutates) {
            // Also the last one that changed something is asked again.
            again.changed();
            round.wantAgain();
        }
        JsonObject last = current.object();
        again.leaves(last == null ? JsonObject.EMPTY : last);
        return current;
    }

    private boolean applies(
            PolicyRun run, Invocation invocation, AdmissionRequest seen, Faults faults) {
        try {
            return run.applies(seen, access(seen));
        } catch (MatchConditions.Failure e) {
            String why = String.valueOf(e.getMessage());
            faults.add(invocation.policy(), invocation.binding().name(), why, "Invalid");
            return false;
        }
    }

    private Access access(AdmissionRequest seen) {
        return new Access(authorizer, seen.sender());
    }

    private AdmissionRequest changed(
            PolicyRun run, Invocation invocation, AdmissionRequest seen, Faults faults) {
        AdmissionRequest current = seen;
        for (Policy.Mutation mutation : invocation.policy().mutations()) {
            long since = metrics.now();
            boolean failed = true;
            try {
                current = run.mutated(current, mutation, access(current));
                failed = false;
            } catch (CelException | IllegalArgumentException | Budget.Exhausted e) {
                String why = String.valueOf(e.getMessage());
                faults.add(invocation.policy(), invocation.binding().name(), why, "Invalid");
            }
            metrics.changed(invocation.policy().name(), invocation.binding().name(), failed, since);
        }
        return current;
    }
}
