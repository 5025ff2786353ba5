package kat.api.custom;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.Status;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.names.Names;
import kat.api.policy.WebhookClientRules;
import kat.api.validation.AuthorityBundle;
import kat.api.validation.Node;

/// The rules for how versions are converted.
///
/// **Source:** `validateCustomResourceConversion`.
final class ConversionRules {

    private ConversionRules() {}

    /// What is wrong with the authorities of the webhook; empty when nothing is, or none are
    /// given.
    static String bundleFault(JsonObject conversion) {
        return AuthorityBundle.fault(
                conversion.object("webhook").object("clientConfig").string("caBundle"));
    }

    /// @param judgesBundle whether wrong authorities of the webhook are a fault
    static void check(String path, JsonObject conversion, boolean judgesBundle, Faults faults) {
        String strategy = conversion.string("strategy");
        if (strategy.isEmpty()) {
            faults.required(path + ".strategy", "");
        } else if (!strategy.equals("None") && !strategy.equals("Webhook")) {
            faults.unsupported(path + ".strategy", strategy, "None", "Webhook");
        }
        JsonObject webhook = conversion.object("webhook");
        JsonArray versions = webhook.array("conversionReviewVersions");
        String client = path + ".webhookClientConfig";
        if (!strategy.equals("Webhook")) {
            if (webhook.has("clientConfig")) {
                faults.forbidden(client, "should not be set when strategy is not set to Webhook");
            }
            if (!versions.isEmpty()) {
                faults.forbidden(
                        path + ".conversionReviewVersions",
                        "should not be set when strategy is not set to Webhook");
            }
            return;
        }
        client(client, webhook, faults);
        String wrongBundle = judgesBundle ? bundleFault(conversion) : "";
        if (!wrongBundle.isEmpty()) {
            String bundle = webhook.object("clientConfig").string("caBundle");
            faults.invalid(client + ".caBundle", bundle, wrongBundle);
        }
        versions(path + ".conversionReviewVersions", versions, faults);
    }

    private static void client(String path, JsonObject webhook, Faults faults) {
        if (!webhook.has("clientConfig")) {
            faults.required(path, "required when strategy is set to Webhook");
            return;
        }
        List<Status.Cause> wrong = new ArrayList<>();
        WebhookClientRules.check(Node.root(webhook, wrong).child("clientConfig").at(path));
        faults.addAll(wrong);
    }

    private static void versions(String path, JsonArray list, Faults faults) {
        List<String> versions = list.strings();
        if (versions.isEmpty()) {
            faults.required(path, "");
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            if (!seen.add(versions.get(i))) {
                faults.invalid(Faults.index(path, i), versions.get(i), "duplicate version");
                continue;
            }
            for (String wrong : Names.dns1035Label(versions.get(i))) {
                faults.invalid(Faults.index(path, i), versions.get(i), wrong);
            }
        }
        if (!seen.contains("v1") && !seen.contains("v1beta1")) {
            faults.invalid(path, list, "must include at least one of v1, v1beta1");
        }
    }
}
