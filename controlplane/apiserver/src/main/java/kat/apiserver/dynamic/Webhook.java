package kat.apiserver.dynamic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.policy.PolicyCompiler;
import kat.api.policy.PolicyCompiler.Inputs;
import kat.apiserver.webhook.WebhookTarget;

/// One webhook of a configuration.
///
/// @param configuration the configuration's name
/// @param key tells it from all others
/// @param reviewVersion of the reviews it gets: `v1` or `v1beta1`
/// @param isSafeToTry whether it may be called for a dry run
/// @param isCalledAgain whether later changes of the object make it be asked once more
record Webhook(
        String configuration,
        String name,
        String key,
        Matching matching,
        MatchConditions conditions,
        WebhookTarget target,
        Duration timeout,
        String reviewVersion,
        boolean ignoresFailures,
        boolean isSafeToTry,
        boolean isCalledAgain) {

    private static final long DEFAULT_SECONDS = 10;

    /// Those of one configuration.
    record All(List<Webhook> webhooks) {

        /// Parsed and compiled once for each version of a configuration.
        static All of(KubeObject configuration) {
            return configuration.view(All.class, All::parse);
        }

        private static All parse(KubeObject configuration) {
            List<Webhook> webhooks = new ArrayList<>();
            Map<String, Integer> seen = new HashMap<>();
            for (JsonObject each : configuration.tree().array("webhooks").objects()) {
                int number = seen.merge(each.string("name"), 1, Integer::sum);
                String key = configuration.name() + "/" + each.string("name") + "/" + (number - 1);
                webhooks.add(Webhook.parse(configuration.name(), key, each));
            }
            return new All(webhooks);
        }
    }

    private static Webhook parse(String configuration, String key, JsonObject webhook) {
        boolean ignores = webhook.string("failurePolicy").equals("Ignore");
        String effects = webhook.string("sideEffects");
        return new Webhook(
                configuration,
                webhook.string("name"),
                key,
                Matching.ofWebhook(webhook),
                MatchConditions.parse(webhook, PolicyCompiler.of(false), Inputs.PLAIN, ignores),
                WebhookTarget.parse(webhook.object("clientConfig")),
                Duration.ofSeconds(webhook.integer("timeoutSeconds", DEFAULT_SECONDS)),
                reviewVersion(webhook),
                ignores,
                effects.equals("None") || effects.equals("NoneOnDryRun"),
                webhook.string("reinvocationPolicy").equals("IfNeeded"));
    }

    private static String reviewVersion(JsonObject webhook) {
        for (String version : webhook.array("admissionReviewVersions").strings()) {
            if (version.equals("v1") || version.equals("v1beta1")) {
                return version;
            }
        }
        return "v1";
    }
}
