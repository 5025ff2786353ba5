package kat.api.policy;

import java.net.URI;
import java.net.URISyntaxException;
import kat.api.cel.UrlFaults;
import kat.api.json.Json;
import kat.api.names.Names;
import kat.api.validation.Node;
import org.jspecify.annotations.Nullable;

/// The rules for where a webhook is.
///
/// **Source:** `apiserver/pkg/util/webhook/validation.go`.
public final class WebhookClientRules {

    private static final String FORM = "; desired format: https://host[/path]";
    private static final int MAX_PORT = 65_535;

    private WebhookClientRules() {}

    public static void check(Node client) {
        if (client.has("url") == client.has("service")) {
            client.required("exactly one of url or service is required");
        } else if (client.has("url")) {
            url(client.child("url"));
        } else {
            service(client.child("service"));
        }
    }

    private static void url(Node place) {
        if (place.text().matches("https://[?#]?")) {
            place.invalidText("", "host must be specified" + FORM);
            return;
        }
        URI url;
        try {
            url = new URI(place.text());
        } catch (URISyntaxException e) {
            String fault = UrlFaults.fault(place.text());
            place.required("url must be a valid URL: " + fault + FORM);
            return;
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme();
        if (!scheme.equals("https")) {
            place.invalidText(scheme, "'https' is the only allowed URL scheme" + FORM);
        }
        if (url.getHost() == null) {
            place.invalidText("", "host must be specified" + FORM);
        }
        absent(place, url.getUserInfo(), "user information is not permitted in the URL");
        absent(place, url.getFragment(), "fragments are not permitted in the URL");
        absent(place, url.getRawQuery(), "query parameters are not permitted in the URL");
    }

    private static void absent(Node place, @Nullable String part, String why) {
        if (part != null && !part.isEmpty()) {
            place.invalidText(part, why);
        }
    }

    private static void service(Node service) {
        // Kubernetes hands name and namespace over in the other order.
        if (service.child("namespace").isEmpty()) {
            service.child("name").required();
        }
        if (service.child("name").isEmpty()) {
            service.child("namespace").required();
        }
        Node port = service.child("port");
        long number = port.integer(443);
        if (number < 1 || number > MAX_PORT) {
            port.invalid(
                    Json.of(number), "port is not valid: must be between 1 and 65535, inclusive");
        }
        Node path = service.child("path");
        if (!path.isEmpty() && !path.text().equals("/")) {
            path(path);
        }
    }

    private static void path(Node path) {
        String text = path.text();
        if (text.equals("//")) {
            path.invalid("segment[0] may not be empty");
            return;
        }
        if (!text.startsWith("/")) {
            path.invalid("must start with a '/'");
        }
        String rest = text.substring(1);
        String[] steps =
                (rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest).split("/", -1);
        for (int i = 0; i < steps.length; i++) {
            if (steps[i].isEmpty()) {
                path.invalid("segment[" + i + "] may not be empty");
                continue;
            }
            for (String wrong : Names.dnsSubdomain(steps[i])) {
                path.invalid("segment[" + i + "]: " + wrong);
            }
        }
    }
}
