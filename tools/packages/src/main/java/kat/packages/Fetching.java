package kat.packages;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.ShowCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;

/// Reads charts from where they are, with the flags of one command.
///
/// The library has no command that fetches; it fetches a chart when it shows it, and leaves the
/// archive in its cache.
final class Fetching {

    private final Invocation said;

    Fetching(Invocation said) {
        this.said = said;
    }

    /// A fetched chart.
    ///
    /// @param archive in the cache
    record Fetched(String name, String version, Path archive) {}

    /// A part of a chart.
    ///
    /// @param version a range; empty for the newest
    String shown(
            String chart, String version, Function<ShowCommand, ShowCommand.ShowSubcommand> part) {
        ShowCommand.ShowSubcommand show = part.apply(Helm.show(ChartSource.reference(said, chart)));
        if (!version.isEmpty()) {
            show.withVersion(version);
        } else if (said.has("devel")) {
            show.withVersion(">0.0.0-0");
        }
        said.ifFile("cert-file", show::withCertFile);
        said.ifFile("key-file", show::withKeyFile);
        said.ifFile("ca-file", show::withCaFile);
        said.ifFlag("insecure-skip-tls-verify", show::insecureSkipTlsVerify);
        said.ifFlag("plain-http", show::plainHttp);
        // The library gives no text where a chart has no such part.
        return Objects.requireNonNullElse(show.call(), "");
    }

    /// @throws HelmException when it cannot be had
    Fetched fetch(String chart, String version) {
        JsonObject metadata = object(shown(chart, version, ShowCommand::chart));
        String name = metadata.string("name");
        Path local = Path.of(ChartSource.reference(said, chart));
        if (Files.isRegularFile(local)) {
            return new Fetched(name, metadata.string("version"), local);
        }
        Comparator<Path> byTime = Comparator.comparing(Fetching::modified);
        try (Stream<Path> cached = Files.list(ChartSource.cache(said))) {
            Path newest =
                    cached.filter(path -> path.getFileName().toString().startsWith(name + "-"))
                            .filter(path -> path.toString().endsWith(".tgz"))
                            .max(byTime)
                            .orElseThrow(() -> new HelmException("the chart was not fetched"));
            return new Fetched(name, metadata.string("version"), newest);
        } catch (IOException e) {
            throw new HelmException("cannot read the cache of charts", e);
        }
    }

    private static FileTime modified(Path path) {
        try {
            return Files.getLastModifiedTime(path);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    /// What a chart's folder says of itself.
    static JsonObject metadata(Path folder) {
        return object(Helm.show(folder.toString()).chart().call());
    }

    private static JsonObject object(String yaml) {
        return Yaml.read(yaml).value() instanceof JsonObject object ? object : JsonObject.EMPTY;
    }
}
