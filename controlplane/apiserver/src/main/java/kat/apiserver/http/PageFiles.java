package kat.apiserver.http;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import kat.base.WebFiles;
import org.jspecify.annotations.Nullable;

/// Answers `/dashboard/` with the files of the dashboard's page, to everybody: they hold no
/// data, and the page asks for a token before it asks for anything else.
///
/// **Threads:** called on event loops; files are read on virtual threads, a few at a time.
public final class PageFiles implements Handler {

    private static final Logger LOG = System.getLogger("kat.apiserver.http");
    private static final int MOST_AT_ONCE = 16;
    private static final int TOO_MANY = 429;
    private static final int FAILED = 500;

    private final WebFiles files;
    private final Handler api;
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);

    /// @param folder of the built page; it need not be there yet
    /// @param api answers everything else
    private PageFiles(Path folder, Handler api) {
        this.files = new WebFiles(folder, "/dashboard/");
        this.api = api;
    }

    /// @param folder null when there is no page
    public static Handler before(Handler api, @Nullable Path folder) {
        return folder == null ? api : new PageFiles(folder, api);
    }

    @Override
    public void handle(Exchange exchange) {
        if (!files.serves(exchange.request().path())) {
            api.handle(exchange);
        } else if (free.tryAcquire()) {
            Thread unused = Thread.ofVirtual().name("kat-page").start(() -> answer(exchange));
        } else {
            exchange.send(text(TOO_MANY, "429 too many requests\n").with("retry-after", "1"));
        }
    }

    private void answer(Exchange exchange) {
        Request request = exchange.request();
        try {
            WebFiles.Found found =
                    files.find(
                            new WebFiles.Wanted(
                                    request.method(),
                                    request.path(),
                                    header(request, "accept-encoding"),
                                    header(request, "if-none-match")));
            String type = found.headers().getOrDefault("content-type", Answer.TEXT);
            List<Answer.Header> headers =
                    found.headers().entrySet().stream()
                            .filter(each -> !each.getKey().equals("content-type"))
                            .map(each -> new Answer.Header(each.getKey(), each.getValue()))
                            .toList();
            exchange.send(new Answer(found.code(), type, headers, found.body()));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a file of the dashboard cannot be read", e);
            exchange.send(text(FAILED, "500 the file cannot be read\n"));
        } finally {
            free.release();
        }
    }

    private static String header(Request request, String name) {
        String value = request.header(name);
        return value == null ? "" : value;
    }

    private static Answer text(int code, String text) {
        return Answer.of(code, Answer.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }
}
