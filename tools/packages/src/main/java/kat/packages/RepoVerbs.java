package kat.packages;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.PushCommand;
import com.marcnuri.helm.RegistryCommand;
import com.marcnuri.helm.RepoCommand;
import com.marcnuri.helm.SearchCommand;
import com.marcnuri.helm.SearchResult;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.packages.HelmVerb.Counts;

/// Helm's commands about repositories and registries.
final class RepoVerbs {

    private static final List<String> ACCESS =
            List.of(
                    "username",
                    "password",
                    "password-stdin",
                    "cert-file",
                    "key-file",
                    "ca-file",
                    "insecure-skip-tls-verify");

    private final Ticker ticker;
    private final InputStream in;

    RepoVerbs(Ticker ticker, InputStream in) {
        this.ticker = ticker;
        this.in = in;
    }

    List<HelmVerb> verbs() {
        List<HelmVerb> verbs = new ArrayList<>(repositories());
        verbs.addAll(others());
        return verbs;
    }

    private List<HelmVerb> repositories() {
        return List.of(
                new HelmVerb(
                        "repo add",
                        "Add a chart repository.",
                        "[NAME] [URL]",
                        Counts.exactly(2),
                        ReleaseVerbs.join(ACCESS, List.of("force-update")),
                        this::add),
                new HelmVerb(
                        "repo list",
                        "List chart repositories.",
                        "",
                        Counts.exactly(0),
                        List.of("output"),
                        RepoVerbs::list),
                new HelmVerb(
                        "repo update",
                        "Fetch what is new in chart repositories.",
                        "[REPO1 [REPO2 ...]]",
                        Counts.atLeast(0),
                        List.of("fail-on-repo-update-fail"),
                        RepoVerbs::update),
                new HelmVerb(
                        "repo remove",
                        "Remove chart repositories.",
                        "[REPO1 [REPO2 ...]]",
                        Counts.atLeast(1),
                        List.of(),
                        RepoVerbs::remove),
                new HelmVerb(
                        "repo index",
                        "Write the index of a folder of packed charts.",
                        "[DIR]",
                        Counts.exactly(1),
                        List.of("url", "merge", "json"),
                        this::index));
    }

    private List<HelmVerb> others() {
        return List.of(
                new HelmVerb(
                        "search repo",
                        "Search the chart repositories that were added.",
                        "[keyword]",
                        Counts.atLeast(0),
                        List.of(
                                "regexp",
                                "versions",
                                "devel",
                                "version",
                                "output",
                                "max-col-width",
                                "fail-on-no-result"),
                        RepoVerbs::search),
                new HelmVerb(
                        "push",
                        "Push a packed chart to a registry.",
                        "[chart] [remote]",
                        Counts.exactly(2),
                        ChartSource.ACCESS,
                        RepoVerbs::push),
                new HelmVerb(
                        "registry login",
                        "Log in to a registry.",
                        "[host]",
                        Counts.exactly(1),
                        ReleaseVerbs.join(ACCESS, List.of("plain-http", "insecure")),
                        this::login),
                new HelmVerb(
                        "registry logout",
                        "Log out of a registry.",
                        "[host]",
                        Counts.exactly(1),
                        List.of(),
                        RepoVerbs::logout));
    }

    private String add(Invocation said) {
        String name = said.parameter(0);
        String url = said.parameter(1);
        if (name.contains("/")) {
            throw new HelmException(
                    "repository name ("
                            + name
                            + ") contains '/', please specify a different name without '/'");
        }
        Repositories repositories = new Repositories(new Settings(said));
        Optional<JsonObject> old = repositories.named(name);
        if (old.isPresent() && !said.has("force-update")) {
            boolean isSame =
                    old.get().string("url").equals(url)
                            && old.get().string("username").equals(said.text("username"));
            if (isSame) {
                return "\"" + name + "\" already exists with the same configuration, skipping\n";
            }
            throw new HelmException(
                    "repository name ("
                            + name
                            + ") already exists, please specify a different name");
        }
        fetch(said, repositories, name, url);
        return "\"" + name + "\" has been added to your repositories\n";
    }

    private void fetch(Invocation said, Repositories repositories, String name, String url) {
        RepoCommand.RepoSubcommand<Void> add =
                Helm.repo()
                        .add()
                        .withRepositoryConfig(repositories.file())
                        .withName(name)
                        .withUrl(URI.create(url));
        ChartSource.credentials(said, add);
        if (said.has("password-stdin")) {
            add.withPassword(password());
        }
        try {
            Path folder = repositories.file().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            add.call();
        } catch (IOException e) {
            throw new HelmException("cannot write " + repositories.file(), e);
        } catch (IllegalStateException e) {
            String reason = HelmException.reason(e);
            throw reason.startsWith("looks like")
                    ? e
                    : new HelmException(
                            "looks like \""
                                    + url
                                    + "\" is not a valid chart repository or cannot be reached",
                            e);
        }
    }

    private String password() {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceFirst("\r?\n$", "");
        } catch (IOException e) {
            throw new HelmException("cannot read the password", e);
        }
    }

    private static String list(Invocation said) {
        Output output = Output.of(said);
        List<Map<String, Json>> rows = new ArrayList<>();
        for (JsonObject one : new Repositories(new Settings(said)).all()) {
            rows.add(
                    Map.of("name", Json.of(one.string("name")), "url", Json.of(one.string("url"))));
        }
        if (rows.isEmpty() && output == Output.TABLE) {
            throw new HelmException("no repositories to show");
        }
        return output.rows(ShowVerbs.columns("name", "url"), rows, true);
    }

    private static String update(Invocation said) {
        Repositories repositories = new Repositories(new Settings(said));
        List<JsonObject> all = repositories.all();
        if (all.isEmpty()) {
            throw new HelmException("no repositories found. You must add one before updating");
        }
        List<String> wanted = said.parameters();
        for (String name : wanted) {
            if (repositories.named(name).isEmpty()) {
                throw new HelmException(
                        "no repositories found matching '" + name + "'.  Nothing will be updated");
            }
        }
        List<String> failed =
                refresh(
                        said,
                        repositories,
                        all.stream()
                                .filter(
                                        one ->
                                                wanted.isEmpty()
                                                        || wanted.contains(one.string("name")))
                                .toList());
        if (!failed.isEmpty() && said.has("fail-on-repo-update-fail")) {
            throw new HelmException("Failed to update the following repositories: " + failed);
        }
        said.out().println("Update Complete. ⎈Happy Helming!⎈");
        return "";
    }

    /// Fetches the indexes of repositories and tells of each.
    ///
    /// @return the addresses of those that could not be read
    static List<String> refresh(
            Invocation said, Repositories repositories, List<JsonObject> wanted) {
        said.out().println("Hang tight while we grab the latest from your chart repositories...");
        List<String> failed = new ArrayList<>();
        for (JsonObject one : wanted) {
            update(said, repositories, one, failed);
        }
        return failed;
    }

    private static void update(
            Invocation said, Repositories repositories, JsonObject one, List<String> failed) {
        String name = one.string("name");
        try {
            Object unused =
                    Helm.repo()
                            .update()
                            .withRepositoryConfig(repositories.file())
                            .withRepo(name)
                            .call();
            said.out()
                    .println(
                            "...Successfully got an update from the \""
                                    + name
                                    + "\" chart repository");
        } catch (IllegalStateException e) {
            failed.add(one.string("url"));
            said.out()
                    .println(
                            "...Unable to get an update from the \""
                                    + name
                                    + "\" chart repository ("
                                    + one.string("url")
                                    + "):\n\t"
                                    + HelmException.reason(e));
        }
    }

    private static String remove(Invocation said) {
        Repositories repositories = new Repositories(new Settings(said));
        if (repositories.all().isEmpty()) {
            throw new HelmException("no repositories configured");
        }
        StringBuilder text = new StringBuilder();
        for (String name : said.parameters()) {
            repositories.remove(name);
            text.append('"').append(name).append("\" has been removed from your repositories\n");
        }
        return text.toString();
    }

    private String index(Invocation said) {
        Path folder = Path.of(said.parameter(0)).toAbsolutePath().normalize();
        RepositoryIndex index = new RepositoryIndex();
        index.addFolder(folder, said.text("url"), ticker.now());
        said.ifFile("merge", index::merge);
        JsonObject content = index.content(ticker.now());
        try {
            String text = said.has("json") ? content + "\n" : Output.yaml(content);
            Files.writeString(folder.resolve("index.yaml"), text);
        } catch (IOException e) {
            throw new HelmException("cannot write the index", e);
        }
        return "";
    }

    private static String search(Invocation said) {
        Repositories repositories = new Repositories(new Settings(said));
        if (repositories.all().isEmpty()) {
            throw new HelmException("no repositories configured");
        }
        SearchCommand.SearchSubcommand<List<SearchResult>> search =
                Helm.search().repo().withRepositoryConfig(repositories.file());
        if (!said.parameters().isEmpty()) {
            search.withKeyword(String.join(" ", said.parameters()));
        }
        said.ifFlag("regexp", search::regexp);
        said.ifFlag("devel", search::devel);
        said.ifSaid("version", search::withVersion);
        List<Map<String, Json>> rows = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (SearchResult found : search.call()) {
            // The library gives every version of a chart, the newest first.
            if (!seen.add(found.getName()) && !said.has("versions")) {
                continue;
            }
            rows.add(
                    Map.of(
                            "name", Json.of(found.getName()),
                            "version", Json.of(found.getChartVersion()),
                            "app_version", Json.of(found.getAppVersion()),
                            "description", Json.of(found.getDescription())));
        }
        if (rows.isEmpty() && said.has("fail-on-no-result")) {
            throw new HelmException("no results found");
        }
        if (rows.isEmpty() && Output.of(said) == Output.TABLE) {
            return "No results found\n";
        }
        var columns = ShowVerbs.columns("name", "version", "app_version", "description");
        columns.put("version", "CHART VERSION");
        return Output.of(said).rows(columns, rows, true);
    }

    private static String push(Invocation said) {
        Path chart = Path.of(said.parameter(0)).toAbsolutePath();
        if (!Files.exists(chart)) {
            throw new HelmException(said.parameter(0) + ": no such file");
        }
        PushCommand push = Helm.push().withChart(chart).withRemote(URI.create(said.parameter(1)));
        said.ifFile("cert-file", push::withCertFile);
        said.ifFile("key-file", push::withKeyFile);
        said.ifFile("ca-file", push::withCaFile);
        said.ifFlag("insecure-skip-tls-verify", push::insecureSkipTlsVerify);
        said.ifFlag("plain-http", push::plainHttp);
        said.err().print(push.call());
        return "";
    }

    private static String logout(Invocation said) {
        said.err().print(Helm.registry().logout().withHost(said.parameter(0)).call());
        return "";
    }

    private String login(Invocation said) {
        RegistryCommand.LoginCommand login = Helm.registry().login().withHost(said.parameter(0));
        said.ifSaid("username", login::withUsername);
        said.ifSaid("password", login::withPassword);
        if (said.has("password-stdin")) {
            login.withPassword(password());
        }
        said.ifFile("cert-file", login::withCertFile);
        said.ifFile("key-file", login::withKeyFile);
        said.ifFile("ca-file", login::withCaFile);
        said.ifFlag("insecure-skip-tls-verify", login::insecureSkipTlsVerify);
        said.ifFlag("insecure", login::insecureSkipTlsVerify);
        said.ifFlag("plain-http", login::plainHttp);
        if (said.has("password")) {
            said.err()
                    .println(
                            "WARNING: Using --password via the CLI is insecure. Use"
                                    + " --password-stdin.");
        }
        said.err().print(login.call());
        return "";
    }
}
