package todo;

import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// The OpenAPI document at `/api/openapi.json`, and Swagger UI at `/api/docs` to try it.
final class ApiDocs implements HttpService {

    private static final String SWAGGER_UI = "/META-INF/resources/webjars/swagger-ui/5.18.2/";

    @Override
    public void routing(HttpRules rules) {
        rules.get("/openapi.json", file("/openapi.json", "application/json"))
                .get("/docs", file("/docs.html", "text/html; charset=utf-8"))
                .get("/docs/swagger-ui.css", file(SWAGGER_UI + "swagger-ui.css", "text/css"))
                .get(
                        "/docs/swagger-ui-bundle.js",
                        file(SWAGGER_UI + "swagger-ui-bundle.js", "text/javascript"))
                .get("/docs/start.js", file("/docs.js", "text/javascript"));
    }

    private static Handler file(String resource, String mediaType) {
        return (request, response) ->
                response.header("Content-Type", mediaType)
                        .header("Cache-Control", "max-age=300")
                        .send(read(resource));
    }

    private static byte[] read(String resource) {
        try (InputStream content = ApiDocs.class.getResourceAsStream(resource)) {
            if (content == null) {
                throw new IllegalStateException("the program lacks " + resource);
            }
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }
}
