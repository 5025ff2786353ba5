package kat.tutorial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web-7d4b9c6f5d-x2k9z 1/1 Running | web-5fb6d8c9f-mnb42 1/1 Running",
                "nginx-pod   1/1     Running   0    4s | nginx-pod   1/1     Running   0   1m12s",
                "10.96.12.7 80:31544/TCP | 10.97.0.3 80:30001/TCP",
                "Start: Sat, 21 Nov 2026 22:55:39 +0000 | Start: Mon, 02 Feb 2026 01:02:03 +0000",
                "  0.6 s  API server | 1.2 s  API server",
                "IP:  10.244.0.1 | IP:   10.0.0.7",
                "web   19m          14Mi | web   2m           9Mi",
            })
    void whatDiffersFromRunToRunIsTheSame(String one, String other) {
        assertEquals(Plain.of(one).strip(), Plain.of(other).strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web-7d4b9c6f5d-x2k9z 1/1 Running | web-7d4b9c6f5d-x2k9z 0/1 Running",
                "cpu: 100m | cpu: 200m",
                "timeout=1s | timeout=2s",
                "Bound to 127.0.0.1 | Bound to 0.0.0.0",
                "revision 1 | revision 2",
                "nginx:1.19 | nginx:1.20",
            })
    void whatIsSaidIsNot(String one, String other) {
        assertNotEquals(Plain.of(one), Plain.of(other));
    }

    @Test
    void widthsOfColumnsDoNotMatter() {
        assertEquals(Plain.of("NAME   AGE"), Plain.of("NAME      AGE  "));
    }
}
