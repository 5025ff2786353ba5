package kat.csi;

import java.util.List;
import java.util.Map;

/// What a driver of devices does on this machine. All of it is harmless when repeated.
///
/// **Errors:** every call may throw [CsiException].
///
/// **Threads:** any; calls block for at most 45 seconds.
///
/// **Source:** `k8s.io/kubelet/pkg/apis/dra/v1/api.proto`, service `DRAPlugin`; v1beta1 has the
/// same messages.
public interface DevicePlugin extends AutoCloseable {

    /// Makes the devices of claims ready for containers.
    ///
    /// @return by the claims' uids; what is missing was not done
    Map<String, Prepared> prepare(List<Claim> claims);

    /// Takes back what was made ready.
    ///
    /// @return by the claims' uids why it failed, empty when it did not; what is missing was
    ///     not done
    Map<String, String> unprepare(List<Claim> claims);

    @Override
    void close();

    /// The interfaces that a driver may say it serves.
    enum Service {
        V1("v1.DRAPlugin"),
        V1BETA1("v1beta1.DRAPlugin");

        private final String text;

        Service(String text) {
            this.text = text;
        }

        /// As drivers name it when they register.
        public String text() {
            return text;
        }

        /// As gRPC names it.
        public String fullName() {
            return "k8s.io.kubelet.pkg.apis.dra." + text;
        }
    }

    /// A ResourceClaim.
    record Claim(String namespace, String uid, String name) {}

    /// What became of a claim.
    ///
    /// @param error why it is not ready; empty when it is
    record Prepared(List<Device> devices, String error) {
        public Prepared {
            devices = List.copyOf(devices);
        }
    }

    /// A device that is ready.
    ///
    /// @param requests of the claim that it is for; empty for all
    /// @param shareId which part of the device; empty for the whole
    /// @param cdiDevices by which a runtime knows it, as `vendor/class=name`
    record Device(
            List<String> requests,
            String pool,
            String device,
            String shareId,
            List<String> cdiDevices) {
        public Device {
            requests = List.copyOf(requests);
            cdiDevices = List.copyOf(cdiDevices);
        }
    }
}
