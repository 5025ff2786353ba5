package kat.packages;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;

/// The values that a person gives: files and `--set…`, put together in Helm's order.
///
/// The library's own flags lack most of the language, so it is given the result as one file.
final class Values {

    static final List<String> FLAGS =
            List.of("values", "set-json", "set", "set-string", "set-file", "set-literal");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Invocation said;
    private final InputStream in;

    Values(Invocation said, InputStream in) {
        this.said = said;
        this.in = in;
    }

    /// @throws HelmException in Helm's words when something cannot be read
    JsonObject merged() {
        JsonObject values = JsonObject.EMPTY;
        for (String file : said.list("values")) {
            values = merged(values, file(file));
        }
        values = each(values, "set-json", SetExpression::applyJson);
        values =
                each(
                        values,
                        "set",
                        (base, text) -> SetExpression.apply(base, text, SetExpression::typed));
        values =
                each(
                        values,
                        "set-string",
                        (base, text) -> SetExpression.apply(base, text, JsonString::new));
        values =
                each(
                        values,
                        "set-file",
                        (base, text) ->
                                SetExpression.apply(
                                        base, text, file -> new JsonString(text(file))));
        return each(values, "set-literal", SetExpression::applyLiteral);
    }

    private JsonObject each(
            JsonObject base, String flag, BiFunction<JsonObject, String, JsonObject> apply) {
        JsonObject values = base;
        for (String text : said.list(flag)) {
            try {
                values = apply.apply(values, text);
            } catch (HelmException e) {
                throw new HelmException("failed parsing --" + flag + " data", e);
            }
        }
        return values;
    }

    /// Maps are merged deeply, anything else is replaced.
    static JsonObject merged(JsonObject under, JsonObject over) {
        JsonObject result = under;
        for (String name : over.names()) {
            Json above = over.get(name);
            if (above instanceof JsonObject object && result.get(name) instanceof JsonObject old) {
                above = merged(old, object);
            }
            if (above != null) {
                result = result.with(name, above);
            }
        }
        return result;
    }

    private JsonObject file(String file) {
        try {
            return Yaml.parse(text(file)) instanceof JsonObject object ? object : JsonObject.EMPTY;
        } catch (YamlException e) {
            throw new HelmException("failed to parse " + file, e);
        }
    }

    private String text(String file) {
        try {
            if (file.equals("-")) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            if (file.startsWith("http://") || file.startsWith("https://")) {
                return fetched(file);
            }
            return Files.readString(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new HelmException("open " + file + ": no such file or directory");
        } catch (IOException e) {
            throw new HelmException("open " + file, e);
        }
    }

    private static String fetched(String address) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new HelmException("failed to fetch " + address + " : " + answer.statusCode());
            }
            return answer.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HelmException("interrupted");
        }
    }
}
