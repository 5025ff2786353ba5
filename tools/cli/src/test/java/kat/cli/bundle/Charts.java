package kat.cli.bundle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import kat.cri.TarWriter;

/// Archives of charts for tests.
final class Charts {

    private Charts() {}

    /// @param files names and contents in turn
    static byte[] packed(String... files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            for (List<String> file : pairs(files)) {
                byte[] content = file.getLast().getBytes(StandardCharsets.UTF_8);
                out.write(TarWriter.header(file.getFirst(), 0644, content.length));
                out.write(content);
                out.write(TarWriter.padding(content.length));
            }
            out.write(TarWriter.end());
        }
        return bytes.toByteArray();
    }

    private static List<List<String>> pairs(String... words) {
        return IntStream.range(0, words.length / 2)
                .mapToObj(i -> List.of(words[2 * i], words[2 * i + 1]))
                .toList();
    }

    static ChartFile web(String version) throws IOException {
        return ChartFile.of(
                packed(
                        "web/Chart.yaml",
                        "{apiVersion: v2, name: web, version: %s}".formatted(version)));
    }
}
