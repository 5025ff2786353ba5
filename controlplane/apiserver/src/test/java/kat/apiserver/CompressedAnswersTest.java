package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.apiserver.auth.User;
import kat.client.Transport;
import kat.client.WriteOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Large answers over HTTPS to who does not come over the loopback, as kube-apiserver gives
/// them: compressed when they are longer than 128 KiB and the client takes them so.
class CompressedAnswersTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final int THRESHOLD_BYTES = 128 << 10;

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        Optional<String> outer = outerAddress();
        assumeTrue(outer.isPresent(), "needs an IPv4 address that is not a loopback one");
        String address = outer.orElseThrow();
        ApiServerConfig local = ApiServerConfig.local(folder);
        served =
                Served.start(
                        new ApiServerConfig(
                                new ApiServerConfig.Listen(address, 0),
                                address,
                                local.pki(),
                                local.names(),
                                local.addresses(),
                                local.services(),
                                local.guards(),
                                local.page()));
    }

    @AfterEach
    void stop() {
        if (served != null) {
            served.close();
        }
    }

    /// One under which this machine comes as another would.
    private static Optional<String> outerAddress() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst();
    }

    private void create(String name, int length) {
        String map =
                "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"default\"},\"data\":{\"a\":\"%s\"}}"
                        .formatted(name, "x".repeat(length));
        Transport local = served.server().transport(User.component("test"));
        local.create(Kinds.CONFIG_MAP, KubeObject.parse(map.getBytes(UTF_8)), WriteOptions.NONE);
    }

    private HttpResponse<byte[]> get(Version version, String path, String... headers)
            throws Exception {
        return served.client().bytes(version, path, headers);
    }

    private static String encoding(HttpResponse<byte[]> answer) {
        return answer.headers().firstValue("content-encoding").orElse("");
    }

    private static byte[] unpacked(byte[] packed) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @EnumSource
    void areCompressedForWhoTakesThemSo(Version version) throws Exception {
        create("large", THRESHOLD_BYTES);
        for (String path : List.of(MAPS, MAPS + "/large")) {
            HttpResponse<byte[]> plain = get(version, path);

            HttpResponse<byte[]> packed = get(version, path, "Accept-Encoding", "br, gzip");

            assertEquals("", encoding(plain));
            assertEquals(List.of(), plain.headers().allValues("vary"));
            assertEquals("gzip", encoding(packed));
            assertEquals(List.of("Accept-Encoding"), packed.headers().allValues("vary"));
            assertEquals(version, packed.version());
            assertArrayEquals(plain.body(), unpacked(packed.body()));
            assertTrue(packed.body().length < plain.body().length / 50, path);
        }
    }

    /// The length counts, and not what compressing would spare.
    @Test
    void listsInProtobufAreCompressedToo() throws Exception {
        create("large", THRESHOLD_BYTES);
        String form = "application/vnd.kubernetes.protobuf";
        HttpResponse<byte[]> plain = get(Version.HTTP_2, MAPS, "Accept", form);

        HttpResponse<byte[]> packed =
                get(Version.HTTP_2, MAPS, "Accept", form, "Accept-Encoding", "gzip");

        assertEquals("gzip", encoding(packed));
        assertEquals(form, packed.headers().firstValue("content-type").orElse(""));
        assertArrayEquals(plain.body(), unpacked(packed.body()));
    }

    @Test
    void areCompressedFromOneByteOverTheThreshold() throws Exception {
        create("probe", 0);
        int rest = get(Version.HTTP_2, MAPS + "/probe").body().length;
        create("exact", THRESHOLD_BYTES - rest);
        create("above", THRESHOLD_BYTES - rest + 1);

        HttpResponse<byte[]> exact =
                get(Version.HTTP_2, MAPS + "/exact", "Accept-Encoding", "gzip");
        HttpResponse<byte[]> above =
                get(Version.HTTP_2, MAPS + "/above", "Accept-Encoding", "gzip");

        assertEquals(THRESHOLD_BYTES, exact.body().length);
        assertEquals("", encoding(exact));
        assertEquals("gzip", encoding(above));
        assertEquals(THRESHOLD_BYTES + 1, unpacked(above.body()).length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "deflate, br", "gzip;q=1.0", "x-gzip"})
    void areLeftAsTheyAreForOthers(String accepted) throws Exception {
        create("large", THRESHOLD_BYTES);

        HttpResponse<byte[]> answer = get(Version.HTTP_2, MAPS, "Accept-Encoding", accepted);

        assertEquals("", encoding(answer));
        assertTrue(answer.body().length > THRESHOLD_BYTES);
    }

    @Test
    void streamsAreNotCompressed() throws Exception {
        create("large", THRESHOLD_BYTES);
        HttpResponse<InputStream> watch =
                served.client()
                        .open(MAPS + "?watch=true", "application/json", "Accept-Encoding", "gzip");

        try (InputStream in = watch.body()) {
            assertEquals(List.of(), watch.headers().allValues("content-encoding"));
            assertEquals("{\"type\":\"ADDED\"", new String(in.readNBytes(15), UTF_8));
        }
    }
}
