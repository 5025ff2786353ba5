package kat.csi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kat.csi.DevicePlugin.Claim;
import kat.csi.DevicePlugin.Device;
import kat.csi.DevicePlugin.Prepared;
import kat.csi.DevicePlugin.Service;
import kat.csi.testing.TestDeviceDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Drivers of devices over gRPC on real sockets.
class UnixDevicesTest {

    private static final Claim CLAIM = new Claim("default", "uid-c", "c");
    private static final Claim OTHER = new Claim("default", "uid-o", "o");

    @TempDir Path folder;

    private TestDeviceDriver.Options options() {
        return new TestDeviceDriver.Options(
                "gpu.example.com",
                folder.resolve("d"),
                "",
                List.of("v1.DRAPlugin"),
                List.of("r"),
                null);
    }

    @ParameterizedTest
    @EnumSource
    void aDriverMakesClaimsReadyAndTakesThemBack(Service service) throws Exception {
        try (TestDeviceDriver driver = new TestDeviceDriver(options());
                UnixPlugins plugins = UnixPlugins.of(folder)) {
            driver.start(folder.resolve("r"));
            driver.refuse("prepare", "o", "no such device");
            try (DevicePlugin devices = plugins.connectDevices(driver.socket(), service, _ -> {})) {
                Device device =
                        new Device(
                                List.of("r"), "p", "d", "", List.of("gpu.example.com/claim=uid-c"));

                assertEquals(
                        Map.of(
                                "uid-c",
                                new Prepared(List.of(device), ""),
                                "uid-o",
                                new Prepared(List.of(), "no such device")),
                        devices.prepare(List.of(CLAIM, OTHER)));
                assertEquals(Map.of("uid-c", ""), devices.unprepare(List.of(CLAIM)));
                assertEquals(List.of("prepare c o", "unprepare c"), driver.calls());
            }
        }
    }

    @Test
    void aDriverTellsWhatItIs() throws Exception {
        try (TestDeviceDriver driver = new TestDeviceDriver(options());
                UnixPlugins plugins = UnixPlugins.of(folder)) {
            driver.start(folder.resolve("r"));

            assertEquals(
                    new PluginInfo(
                            "DRAPlugin",
                            "gpu.example.com",
                            driver.socket().toString(),
                            List.of("v1.DRAPlugin")),
                    plugins.info(driver.registration(folder.resolve("r"))));
        }
    }

    @Test
    void aDriverThatFailsIsHeard() throws Exception {
        try (TestDeviceDriver driver = new TestDeviceDriver(options());
                UnixPlugins plugins = UnixPlugins.of(folder)) {
            driver.start(folder.resolve("r"));
            driver.fail("prepare", "INTERNAL", "broken");
            try (DevicePlugin devices =
                    plugins.connectDevices(driver.socket(), Service.V1, _ -> {})) {

                CsiException failure =
                        assertThrows(CsiException.class, () -> devices.prepare(List.of(CLAIM)));

                assertEquals("rpc error: code = Internal desc = broken", failure.getMessage());
            }
        }
    }

    @Test
    void whetherADriverIsThereIsToldWithoutACall() throws Exception {
        LinkedBlockingQueue<Boolean> told = new LinkedBlockingQueue<>();
        try (UnixPlugins plugins = UnixPlugins.of(folder)) {
            TestDeviceDriver first = new TestDeviceDriver(options());
            first.start(folder.resolve("r"));
            try (DevicePlugin devices =
                    plugins.connectDevices(first.socket(), Service.V1, told::add)) {
                await(told, true);

                first.close();
                await(told, false);

                try (TestDeviceDriver second = new TestDeviceDriver(options())) {
                    second.start(folder.resolve("r"));
                    await(told, true);
                    assertEquals(Set.of("uid-c"), devices.prepare(List.of(CLAIM)).keySet());
                }
            }
        }
    }

    private static void await(LinkedBlockingQueue<Boolean> told, boolean wanted)
            throws InterruptedException {
        while (true) {
            Boolean next = told.poll(1, TimeUnit.MINUTES);
            if (next == null) {
                throw new AssertionError("never told " + wanted);
            }
            if (next == wanted) {
                return;
            }
        }
    }
}
