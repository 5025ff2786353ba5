package kat.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import kat.api.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyAddressTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 80, 10.0.0.1:80",
        "10.0.0.1, '', 10.0.0.1",
        "fd00::5, 80, [fd00::5]:80",
        "fd00::5, '', [fd00::5]",
    })
    void isWrittenAsUrlsWantIt(String address, String port, String host) {
        assertEquals(host, ProxyAddress.host(ProxyAddress.require(address), port));
        assertEquals(host, URI.create("http://" + host + "/").getAuthority());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "10.0.0.1:80", "127.1.2.3", "::", "ff02::1"})
    void isThatOfAnotherMachineOrPod(String address) {
        assertThrows(StatusException.class, () -> ProxyAddress.require(address));
    }

    @Test
    void mayBeOfAPrivateNetwork() {
        assertEquals("192.168.0.1", ProxyAddress.require("192.168.0.1"));
    }
}
