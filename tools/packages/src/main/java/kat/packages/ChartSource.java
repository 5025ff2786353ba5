package kat.packages;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.RepoCommand;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a chart comes from: a folder, an archive, `repository/name`, an address or `oci://…`.
final class ChartSource {

    /// How a registry or repository is reached.
    static final List<String> ACCESS =
            List.of("cert-file", "key-file", "ca-file", "insecure-skip-tls-verify", "plain-http");

    /// For commands that only read charts; the library knows neither `--repo` nor users there.
    static final List<String> READING = ReleaseVerbs.join(List.of("version", "devel"), ACCESS);

    static final List<String> FLAGS =
            ReleaseVerbs.join(READING, List.of("username", "password", "repo"));

    /// What a repository is called that is only named by `--repo`.
    private static final String PASSING = "kat-repo";

    private static final String BUNDLE = "bundle/";
    private static final String ARCHIVE = ".tgz";
    private static final String ANY = ">=0.0.0-0";

    private ChartSource() {}

    /// The chart as the library takes it.
    static String reference(Invocation said, String chart) {
        if (!said.text("repo").isEmpty()) {
            return PASSING + "/" + chart;
        }
        if (said.has("username") || said.has("password")) {
            throw new HelmException(
                    "--username and --password need --repo; use registry login or repo add");
        }
        Path path = Path.of(chart.startsWith("oci:") ? "" : chart);
        boolean isFile = !path.toString().isEmpty() && Files.exists(path);
        if (isFile) {
            return path.toAbsolutePath().normalize().toString();
        }
        return bundled(said, chart).map(Path::toString).orElse(chart);
    }

    /// The archive of `bundle/NAME`, which `kat bundle load` put where KAT_BUNDLED_CHARTS says: the
    /// newest of the versions that `--version` wants.
    private static Optional<Path> bundled(Invocation said, String chart) {
        String folder = said.variable("KAT_BUNDLED_CHARTS");
        if (!chart.startsWith(BUNDLE) || folder.isEmpty() || !Files.isDirectory(Path.of(folder))) {
            return Optional.empty();
        }
        String start = chart.substring(BUNDLE.length()) + "-";
        String wanted = said.text("version");
        VersionRange range = VersionRange.of(wanted.isEmpty() ? ANY : wanted);
        try (Stream<Path> archives = Files.list(Path.of(folder))) {
            return archives.filter(each -> each.getFileName().toString().startsWith(start))
                    .filter(each -> each.toString().endsWith(ARCHIVE))
                    .filter(each -> range.contains(version(each, start)))
                    .max(Comparator.comparing(each -> version(each, start), SemanticVersion.ORDER));
        } catch (IOException e) {
            throw new HelmException("cannot read the charts of bundles in " + folder, e);
        }
    }

    /// What follows the chart's name; no version where that is only the start of another name.
    private static String version(Path archive, String start) {
        String name = archive.getFileName().toString();
        return name.substring(start.length(), name.length() - ARCHIVE.length());
    }

    /// The file of repositories that the library is to use.
    static Path repositories(Invocation said) {
        return said.text("repo").isEmpty()
                ? new Settings(said).repositoryConfig()
                : said.scratch().folder("repositories").resolve("repositories.yaml");
    }

    /// Makes the repository of `--repo` known, for this command only.
    static void prepare(Invocation said) {
        if (!said.text("repo").isEmpty()) {
            learn(said, repositories(said), PASSING, said.text("repo"));
        }
    }

    /// Adds a repository to a file of them, and reads its index.
    static void learn(Invocation said, Path config, String name, String url) {
        RepoCommand.RepoSubcommand<Void> add =
                Helm.repo()
                        .add()
                        .withRepositoryConfig(config)
                        .withName(name)
                        .withUrl(URI.create(url));
        credentials(said, add);
        add.call();
    }

    static void credentials(Invocation said, RepoCommand.RepoSubcommand<Void> add) {
        said.ifSaid("username", add::withUsername);
        said.ifSaid("password", add::withPassword);
        said.ifFile("cert-file", add::withCertFile);
        said.ifFile("key-file", add::withKeyFile);
        said.ifFile("ca-file", add::withCaFile);
        said.ifFlag("insecure-skip-tls-verify", add::insecureSkipTlsVerify);
    }

    /// The folder where archives land that the library fetches.
    static Path cache(Invocation said) {
        return new Settings(said).repositoryCache();
    }
}
