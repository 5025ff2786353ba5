package kat.packages;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.RepoCommand;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
        return isFile ? path.toAbsolutePath().normalize().toString() : chart;
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
