package kat.cli.bundle;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;
import kat.cri.TarReader;
import kat.cri.TarWriter;

/// A chart as the archive that Helm reads.
public final class ChartFile {

    /// How large a chart may be, in bytes, unpacked.
    public static final int LARGEST = 64 << 20;

    private static final int READABLE = 0644;

    private final String name;
    private final String version;
    private final byte[] content;

    private ChartFile(String name, String version, byte[] content) {
        this.name = name;
        this.version = version;
        this.content = content;
    }

    /// @throws BundleException when it is no chart
    public static ChartFile of(byte[] archive) {
        try {
            return of(archive, files(archive));
        } catch (IOException e) {
            throw new BundleException("it is no chart: " + e.getMessage(), e);
        }
    }

    /// As its Chart.yaml has it.
    public String name() {
        return name;
    }

    /// As its Chart.yaml has it.
    public String version() {
        return version;
    }

    /// A tar in gzip.
    public byte[] content() {
        return content.clone();
    }

    /// Whether the other has the same bytes.
    boolean isSame(ChartFile other) {
        return Arrays.equals(content, other.content);
    }

    /// The same chart with files in order and without times, so that it is the same every time.
    public ChartFile normal() {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (OutputStream out = new GZIPOutputStream(bytes)) {
                for (Map.Entry<String, byte[]> file : files(content).entrySet()) {
                    byte[] text = file.getValue();
                    out.write(TarWriter.header(file.getKey(), READABLE, text.length));
                    out.write(text);
                    out.write(TarWriter.padding(text.length));
                }
                out.write(TarWriter.end());
            }
            return new ChartFile(name, version, bytes.toByteArray());
        } catch (IOException | IllegalArgumentException e) {
            throw new BundleException("cannot pack " + name + ": " + e.getMessage(), e);
        }
    }

    private static ChartFile of(byte[] archive, SortedMap<String, byte[]> files)
            throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (file.getKey().matches("[^/]+/Chart\\.yaml")) {
                JsonObject said = object(file.getValue());
                ChartFile chart =
                        new ChartFile(said.string("name"), said.string("version"), archive);
                if (!chart.fileName().matches("[A-Za-z0-9._+-]{1,200}")
                        || chart.name.isEmpty()
                        || chart.version.isEmpty()) {
                    throw new IOException("its name or version cannot be used");
                }
                return chart;
            }
        }
        throw new IOException("it has no Chart.yaml");
    }

    private static JsonObject object(byte[] yaml) throws IOException {
        try {
            return Yaml.parse(new String(yaml, StandardCharsets.UTF_8)) instanceof JsonObject object
                    ? object
                    : JsonObject.EMPTY;
        } catch (YamlException e) {
            throw new IOException("its Chart.yaml is no YAML", e);
        }
    }

    private static SortedMap<String, byte[]> files(byte[] archive) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        long all = 0;
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(archive))) {
            TarReader tar = new TarReader(in);
            for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
                all += entry.size();
                if (all > LARGEST) {
                    throw new IOException("it is larger than " + LARGEST + " bytes");
                }
                if (entry.isFile()) {
                    byte[] content = new byte[(int) entry.size()];
                    int unused = content.length == 0 ? 0 : tar.read(content);
                    files.put(entry.name(), content);
                }
            }
        }
        return files;
    }

    /// As Helm calls it: `web-1.2.0.tgz`.
    String fileName() {
        return name + "-" + version + ".tgz";
    }
}
