package kat.dev.build;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.dev.config.DevException;

/// Requests to one registry, signed as it asks for: with a name and a password, or with a token
/// of the service that it names.
///
/// **Source:** RFC 9110 §11; the Distribution project's token authentication specification.
final class RegistrySession {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int UNAUTHORIZED = 401;
    private static final int OK = 200;
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private final HttpClient client;
    private final URI base;
    private final Optional<Credentials.Login> login;
    private String authorization = "";

    /// @param base of the registry
    RegistrySession(HttpClient client, URI base, Optional<Credentials.Login> login) {
        this.client = client;
        this.base = base;
        this.login = login;
    }

    /// A request of the registry, or of a place to which it sent us.
    ///
    /// Credentials stay with the registry's own host, and off plain connections to it when it
    /// is reached by https.
    HttpResponse<String> send(HttpRequest.Builder request) throws InterruptedException {
        HttpRequest plain = request.timeout(PATIENCE).build();
        if (!isOwn(base, plain.uri())) {
            return exchange(plain);
        }
        HttpResponse<String> answer = exchange(signed(request));
        if (answer.statusCode() != UNAUTHORIZED) {
            return answer;
        }
        authorization = answered(answer.headers().firstValue("WWW-Authenticate").orElse(""));
        return authorization.isEmpty() ? answer : exchange(signed(request));
    }

    /// Whether a place is the registry itself, by the same kind of connection.
    static boolean isOwn(URI base, URI place) {
        return base.getScheme().equals(place.getScheme())
                && base.getAuthority().equals(place.getAuthority());
    }

    private HttpRequest signed(HttpRequest.Builder request) {
        return authorization.isEmpty()
                ? request.build()
                : request.setHeader("Authorization", authorization).build();
    }

    private HttpResponse<String> exchange(HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new DevException(
                    "cannot reach the registry "
                            + request.uri().getAuthority()
                            + " (`kat addons enable registry` starts one at localhost:32000)",
                    e);
        }
    }

    /// What a challenge is answered with; empty when there is nothing.
    private String answered(String challenge) throws InterruptedException {
        if (challenge.regionMatches(true, 0, "Basic", 0, "Basic".length())) {
            return login.filter(one -> one.token().isEmpty())
                    .map(Credentials.Login::basic)
                    .orElse("");
        }
        if (!challenge.regionMatches(true, 0, "Bearer", 0, "Bearer".length())) {
            return "";
        }
        Map<String, String> said = new HashMap<>();
        Matcher parameter = PARAMETER.matcher(challenge);
        while (parameter.find()) {
            said.put(parameter.group(1), parameter.group(2));
        }
        return "Bearer " + token(said);
    }

    private String token(Map<String, String> said) throws InterruptedException {
        URI realm = URI.create(said.getOrDefault("realm", ""));
        if (!"https".equals(realm.getScheme()) && !base.getScheme().equals(realm.getScheme())) {
            throw new DevException(
                    "the registry "
                            + base.getAuthority()
                            + " wants a token of "
                            + realm
                            + ", which is not https");
        }
        String token = login.map(Credentials.Login::token).orElse("");
        Map<String, String> query = new LinkedHashMap<>();
        for (String name : new String[] {"service", "scope"}) {
            if (said.containsKey(name)) {
                query.put(name, said.getOrDefault(name, ""));
            }
        }
        HttpRequest.Builder request;
        if (token.isEmpty()) {
            String sign = realm.getRawQuery() == null ? "?" : "&";
            request = HttpRequest.newBuilder(URI.create(realm + sign + form(query)));
            login.ifPresent(one -> request.header("Authorization", one.basic()));
        } else {
            query.put("grant_type", "refresh_token");
            query.put("client_id", "kat");
            query.put("refresh_token", token);
            request =
                    HttpRequest.newBuilder(realm)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(form(query)));
        }
        HttpResponse<String> answer = exchange(request.timeout(PATIENCE).build());
        try {
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            if (answer.statusCode() == OK && Json.parse(body) instanceof JsonObject given) {
                return given.string("token", given.string("access_token"));
            }
        } catch (JsonException notJson) {
            throw new DevException(realm.getAuthority() + " gave no token", notJson);
        }
        throw new DevException(
                realm.getAuthority()
                        + " gives no token for the registry "
                        + base.getAuthority()
                        + ": it answered "
                        + answer.statusCode());
    }

    private static String form(Map<String, String> values) {
        StringBuilder form = new StringBuilder();
        values.forEach(
                (name, value) ->
                        form.append(form.isEmpty() ? "" : "&")
                                .append(name)
                                .append('=')
                                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return form.toString();
    }
}
