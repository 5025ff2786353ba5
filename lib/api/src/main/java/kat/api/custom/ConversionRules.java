package kat.api.custom;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.validation.Names;

/// The rules for how versions are converted.
///
/// **Source:** `validateCustomResourceConversion`; `apiserver/pkg/util/webhook/validation.go`.
final class ConversionRules {

    private static final String FORM = "; desired format: https://host[/path]";
    private static final int MAX_PORT = 65_535;

    private ConversionRules() {}

    static void check(String path, JsonObject conversion, Faults faults) {
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
        versions(path + ".conversionReviewVersions", versions, faults);
    }

    private static void client(String path, JsonObject webhook, Faults faults) {
        if (!webhook.has("clientConfig")) {
            faults.required(path, "required when strategy is set to Webhook");
            return;
        }
        JsonObject client = webhook.object("clientConfig");
        if (client.has("url") == client.has("service")) {
            faults.required(path, "exactly one of url or service is required");
        } else if (client.has("url")) {
            url(path + ".url", client.string("url"), faults);
        } else {
            service(path + ".service", client.object("service"), faults);
        }
    }

    static void url(String path, String text, Faults faults) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            faults.required(path, "url must be a valid URL: " + e.getMessage() + FORM);
            return;
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme();
        if (!scheme.equals("https")) {
            faults.invalid(path, scheme, "'https' is the only allowed URL scheme" + FORM);
        }
        if (url.getHost() == null) {
            faults.invalid(path, "", "host must be specified" + FORM);
        }
        if (url.getUserInfo() != null) {
            faults.invalid(path, url.getUserInfo(), "user information is not permitted in the URL");
        }
        if (url.getFragment() != null && !url.getFragment().isEmpty()) {
            faults.invalid(path, url.getFragment(), "fragments are not permitted in the URL");
        }
        if (url.getQuery() != null && !url.getQuery().isEmpty()) {
            faults.invalid(path, url.getQuery(), "query parameters are not permitted in the URL");
        }
    }

    static void service(String path, JsonObject service, Faults faults) {
        for (String name : List.of("name", "namespace")) {
            if (service.string(name).isEmpty()) {
                faults.required(path + "." + name, "");
            }
        }
        long port = service.integer("port", 443);
        if (port < 1 || port > MAX_PORT) {
            faults.invalid(
                    path + ".port",
                    Json.of(port),
                    "port is not valid: must be between 1 and 65535, inclusive");
        }
        String target = service.string("path");
        if (!target.isEmpty() && !target.equals("/")) {
            target(path + ".path", target, faults);
        }
    }

    private static void target(String path, String target, Faults faults) {
        if (target.equals("//")) {
            faults.invalid(path, target, "segment[0] may not be empty");
            return;
        }
        if (!target.startsWith("/")) {
            faults.invalid(path, target, "must start with a '/'");
        }
        String rest = target.substring(1);
        String[] steps =
                (rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest).split("/", -1);
        for (int i = 0; i < steps.length; i++) {
            if (steps[i].isEmpty()) {
                faults.invalid(path, target, "segment[" + i + "] may not be empty");
                continue;
            }
            for (String wrong : Names.dnsSubdomain(steps[i])) {
                faults.invalid(path, target, "segment[" + i + "]: " + wrong);
            }
        }
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
