package kat.ingress;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which addresses nobody may reach through Ingress by a name.
class SystemResolverTest {

    private final SystemResolver resolver = new SystemResolver();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.8.9.10",
                "::1",
                "::ffff:127.0.0.1",
                "::127.0.0.1",
                "64:ff9b::127.0.0.1",
                "0.0.0.0",
                "0.1.2.3",
                "::",
                "169.254.169.254",
                "fe80::1",
                "224.0.0.1"
            })
    void takesWhatOnlyTheNodeReachesForItsOwn(String address) {
        assertTrue(resolver.isOfNode(InetAddress.ofLiteral(address)), address);
    }

    @Test
    void takesEveryAddressOfAnInterfaceForTheNodes() throws Exception {
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .forEach(address -> assertTrue(resolver.isOfNode(address), address.toString()));
    }

    @Test
    void takesOthersForOthers() throws Exception {
        Set<InetAddress> own =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .collect(Collectors.toSet());
        InetAddress other =
                IntStream.range(1, 255)
                        .mapToObj(last -> InetAddress.ofLiteral("203.0.113." + last))
                        .filter(address -> !own.contains(address))
                        .findFirst()
                        .orElseThrow();

        assertFalse(resolver.isOfNode(other), other.toString());
    }
}
