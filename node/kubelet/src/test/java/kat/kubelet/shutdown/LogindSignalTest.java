package kat.kubelet.shutdown;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kat.base.SystemTicker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against programs that speak as systemd's do.
class LogindSignalTest {

    private static final int PATIENCE_SECONDS = 20;

    /// As `busctl monitor` printed it on systemd 252.
    private static final String SAID =
            "{\"type\":\"signal\",\"endian\":\"l\",\"path\":\"/org/freedesktop/login1\","
                    + "\"interface\":\"org.freedesktop.login1.Manager\","
                    + "\"member\":\"PrepareForShutdown\","
                    + "\"payload\":{\"type\":\"b\",\"data\":[%s]}}";

    @TempDir Path machine;

    private final BlockingQueue<Boolean> heard = new LinkedBlockingQueue<>();
    private LogindSignal signal;

    @BeforeEach
    void programs() throws IOException {
        program("cat", "exec /bin/cat");
        program(
                "systemd-inhibit",
                """
                trap 'rm -f $M/held; kill $!; exit' TERM
                echo "$@" > $M/held.$$
                mv $M/held.$$ $M/held
                while [ "${1#--}" != "$1" ]; do shift; done
                exec 3<&0
                "$@" <&3 & wait
                rm -f $M/held
                """
                        .replace("$M", machine.toString()));
        program(
                "busctl",
                """
                case " $* " in
                  *" get-property "*)
                    if [ -e $M/reloaded ]; then n=60000000; else n=5000000; fi
                    echo '{"type":"t","data":'$n'}' ;;
                  *" KillUnit "*) : > $M/reloaded ;;
                  *" monitor "*) exec cat $M/bus ;;
                esac
                """
                        .replace("$M", machine.toString()));
        assertEquals(
                0, run("mkfifo", machine.resolve("bus").toString()), "mkfifo makes the fake's bus");
        signal =
                new LogindSignal(
                        machine, machine.resolve("conf.d/99-kat.conf"), new SystemTicker());
    }

    @AfterEach
    void stop() {
        signal.close();
    }

    private void program(String name, String script) throws IOException {
        Path file = machine.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static int run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void awaitHeld(boolean held) throws InterruptedException {
        SystemTicker ticker = new SystemTicker();
        for (int i = 0; i < 200 && Files.exists(machine.resolve("held")) != held; i++) {
            ticker.sleep(Duration.ofMillis(50));
        }
        assertEquals(held, Files.exists(machine.resolve("held")));
    }

    @Test
    void holdsTheMachineUntilItIsReleased() throws Exception {
        signal.start(Duration.ofSeconds(30), heard::add);
        try (var bus = Files.newOutputStream(machine.resolve("bus"))) {
            awaitHeld(true);
            bus.write((SAID.formatted("true") + "\n").getBytes(StandardCharsets.UTF_8));
            bus.flush();

            assertEquals(true, heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertTrue(Files.exists(machine.resolve("held")), "held until released");
            assertTrue(
                    Files.readString(machine.resolve("held"))
                            .startsWith("--what=shutdown --mode=delay --who=kubelet"));
            signal.release();
            awaitHeld(false);

            bus.write((SAID.formatted("false") + "\n").getBytes(StandardCharsets.UTF_8));
            bus.flush();
            assertEquals(false, heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
            awaitHeld(true);
        }
    }

    @Test
    void holdsTheMachineAgainWhenAnotherWaySaysThatItStays() throws Exception {
        signal.start(Duration.ofSeconds(30), heard::add);
        try (var bus = Files.newOutputStream(machine.resolve("bus"))) {
            awaitHeld(true);
            assertTrue(
                    Files.readString(machine.resolve("held")).strip().endsWith("/cat"),
                    "a program that ends with its input");
            bus.flush();
            signal.release();
            awaitHeld(false);

            signal.hold();

            awaitHeld(true);
        }
    }

    @Test
    void makesLogindWaitLongEnoughAndTakesThatBack() throws Exception {
        signal.start(Duration.ofSeconds(30), heard::add);
        try (var bus = Files.newOutputStream(machine.resolve("bus"))) {
            awaitHeld(true);

            assertTrue(
                    Files.readString(machine.resolve("conf.d/99-kat.conf"))
                            .endsWith("[Login]\nInhibitDelayMaxSec=30\n"));
            bus.flush();
            signal.close();
        }

        assertFalse(Files.exists(machine.resolve("conf.d/99-kat.conf")));
        awaitHeld(false);
    }

    @Test
    void otherLinesSayNothing() {
        assertNull(LogindSignal.announcement("Monitoring bus message stream."));
        assertNull(LogindSignal.announcement("{\"member\":\"PrepareForSleep\"}"));
        assertEquals(true, LogindSignal.announcement(SAID.formatted("true")));
        assertEquals(false, LogindSignal.announcement(SAID.formatted("false")));
    }
}
