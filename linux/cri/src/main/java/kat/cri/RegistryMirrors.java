package kat.cri;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where containerd asks for the images of a registry before it asks the registry itself: a
/// folder for each, with a `hosts.toml`. containerd reads it at each pull, so that nothing is
/// started anew.
///
/// **Source:** containerd, `docs/hosts.md`.
///
/// @param directory the `config_path` of containerd
public record RegistryMirrors(Path directory) {

    private static final String FILE = "hosts.toml";
    private static final Pattern REGISTRY =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?");
    private static final Pattern HOST = Pattern.compile("(?m)^\\[host\\.\"([^\"]+)\"]$");

    /// What containerd makes of the name that everybody uses.
    private static final String HUB = "docker.io";

    /// The mirrors of each registry, in the order in which they are asked.
    ///
    /// @throws IOException when the folders cannot be read
    public SortedMap<String, List<String>> read() throws IOException {
        SortedMap<String, List<String>> mirrors = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            return mirrors;
        }
        try (Stream<Path> folders = Files.list(directory)) {
            for (Path folder : folders.toList()) {
                Path file = folder.resolve(FILE);
                if (Files.exists(file)) {
                    mirrors.put(folder.getFileName().toString(), hosts(Files.readString(file)));
                }
            }
        }
        return mirrors;
    }

    private static List<String> hosts(String toml) {
        List<String> hosts = new ArrayList<>();
        Matcher found = HOST.matcher(toml);
        while (found.find()) {
            hosts.add(found.group(1));
        }
        return hosts;
    }

    /// Sets the mirrors of a registry, in place of those it had.
    ///
    /// @param registry its host, with a port if need be, for example `docker.io`
    /// @param mirrors addresses such as `http://localhost:32001`; none for the registry alone
    /// @throws IllegalArgumentException when a name or an address is none
    /// @throws IOException when the file cannot be written
    public void set(String registry, List<String> mirrors) throws IOException {
        if (!REGISTRY.matcher(registry).matches()) {
            throw new IllegalArgumentException("\"" + registry + "\" is no registry's host");
        }
        Path folder = directory.resolve(registry);
        Path file = folder.resolve(FILE);
        if (mirrors.isEmpty()) {
            Files.deleteIfExists(file);
            deleteIfEmpty(folder);
            return;
        }
        String toml = toml(registry, mirrors);
        ContainerdProcess.privateFolder(folder);
        Path fresh = ContainerdProcess.privateFile(folder.resolve(FILE + ".new"));
        Files.writeString(fresh, toml);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /// A folder that somebody keeps certificates in stays.
    private static void deleteIfEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                return;
            }
        } catch (NoSuchFileException absent) {
            return;
        }
        Files.deleteIfExists(folder);
    }

    private static String toml(String registry, List<String> mirrors) {
        String server = registry.equals(HUB) ? "registry-1.docker.io" : registry;
        StringBuilder toml = new StringBuilder("server = \"https://" + server + "\"\n");
        for (String mirror : mirrors) {
            toml.append("\n[host.\"").append(address(mirror)).append("\"]\n");
            toml.append("  capabilities = [\"pull\", \"resolve\"]\n");
        }
        return toml.toString();
    }

    private static String address(String mirror) {
        boolean isAddress = mirror.matches("https?://[A-Za-z0-9.:\\[\\]-]+(/[A-Za-z0-9._/-]*)?");
        if (!isAddress || URI.create(mirror).getHost() == null) {
            throw new IllegalArgumentException(
                    "\"" + mirror + "\" is no address like http://localhost:32001");
        }
        return mirror;
    }
}
