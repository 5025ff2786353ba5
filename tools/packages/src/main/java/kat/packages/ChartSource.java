package kat.packages;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.RepoCommand;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where a chart comes from: a folder, an archive, `repository/name`, an address or `oci://…`.
final class ChartSource {

    static final List<String> FLAGS =
            List.of(
                    "version",
                    "devel",
                    "repo",
                    "username",
                    "password",
                    "cert-file",
                    "key-file",
                    "ca-file",
                    "insecure-skip-tls-verify",
                    "plain-http");

    /// What a repository is called that is only named by `--repo`.
    private static final String PASSING = "kat-repo";

    private ChartSource() {}

    /// The chart as the library takes it.
    static String reference(Invocation said, String chart) {
        if (!said.text("repo").isEmpty()) {
            return PASSING + "/" + chart;
        }
        Path path = Path.of(chart.startsWith("oci:") ? "" : chart);
        boolean isFile = !path.toString().isEmpty() && Files.exists(path);
        return isFile ? path.toAbsolutePath().normalize().toString() : chart;
    }

    /// Tells the library its folders, and the repository of `--repo`; before it is first used.
    static void prepare(Invocation said) {
        Settings settings = new Settings(said);
        Map<String, String> variables = new HashMap<>();
        boolean isPassing = !said.text("repo").isEmpty();
        Path config =
                isPassing
                        ? said.scratch().folder("repositories").resolve("repositories.yaml")
                        : settings.repositoryConfig();
        variables.put("HELM_REPOSITORY_CONFIG", config.toString());
        variables.put("HELM_REPOSITORY_CACHE", cache(said).toString());
        variables.put("HELM_REGISTRY_CONFIG", settings.registryConfig().toString());
        LibraryEnvironment.set(variables);
        if (isPassing) {
            RepoCommand.RepoSubcommand<Void> add =
                    Helm.repo()
                            .add()
                            .withRepositoryConfig(config)
                            .withName(PASSING)
                            .withUrl(URI.create(said.text("repo")));
            credentials(said, add);
            add.call();
        }
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
        return said.text("repo").isEmpty()
                ? new Settings(said).repositoryCache()
                : said.scratch().folder("cache");
    }
}
