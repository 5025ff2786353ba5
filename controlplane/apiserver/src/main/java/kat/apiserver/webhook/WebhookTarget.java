package kat.apiserver.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import kat.api.json.JsonObject;

/// Where a webhook is, as a `clientConfig` tells: an address, or a Service of the cluster.
///
/// @param url empty for a Service
/// @param caBundle certificates in PEM that the webhook's own must go back to; empty for those that
///     the machine trusts
public record WebhookTarget(
        String url, String namespace, String service, int port, String path, String caBundle) {

    private static final int HTTPS = 443;

    public static WebhookTarget parse(JsonObject clientConfig) {
        JsonObject service = clientConfig.object("service");
        String bundle = clientConfig.string("caBundle");
        return new WebhookTarget(
                clientConfig.string("url"),
                service.string("namespace"),
                service.string("name"),
                (int) service.integer("port", HTTPS),
                service.string("path"),
                new String(Base64.getMimeDecoder().decode(bundle), StandardCharsets.US_ASCII));
    }
}
