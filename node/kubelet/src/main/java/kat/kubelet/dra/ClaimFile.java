package kat.kubelet.dra;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.csi.DevicePlugin.Device;
import org.jspecify.annotations.Nullable;

/// The file in which a node remembers claims that drivers may have made ready. It has the form
/// of the kubelet's `dra_manager_state`.
///
/// **Threads:** one at a time.
///
/// **Source:** `pkg/kubelet/cm/dra/state/checkpoint.go`.
record ClaimFile(Path path) {

    private static final String NAME = "dra_manager_state";

    static ClaimFile in(Path folder) {
        return new ClaimFile(folder.resolve(NAME));
    }

    /// @return empty when there is no file
    /// @throws IOException when it cannot be read, or is damaged
    List<ClaimRecord> read() throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        try {
            JsonObject file = object(Files.readAllBytes(path));
            byte[] data = file.string("Data").getBytes(StandardCharsets.UTF_8);
            if (checksum(data) != file.integer("Checksum", -1)) {
                throw damaged("checkpoint is corrupted", null);
            }
            List<ClaimRecord> records = new ArrayList<>();
            for (JsonObject each : object(data).array("ClaimInfoStateList").objects()) {
                records.add(record(each));
            }
            return records;
        } catch (JsonException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private IOException damaged(String why, @Nullable Throwable cause) {
        return new IOException(
                "claims of devices cannot be read, please drain node and remove "
                        + path
                        + ": "
                        + why,
                cause);
    }

    private static JsonObject object(byte[] text) {
        return Json.parse(text) instanceof JsonObject object ? object : JsonObject.EMPTY;
    }

    private static ClaimRecord record(JsonObject state) {
        SortedMap<String, List<Device>> devices = new TreeMap<>();
        JsonObject drivers = state.object("DriverState");
        for (String driver : drivers.names()) {
            List<Device> ofDriver = new ArrayList<>();
            for (JsonObject each : drivers.object(driver).array("Devices").objects()) {
                ofDriver.add(
                        new Device(
                                each.array("RequestNames").strings(),
                                each.string("PoolName"),
                                each.string("DeviceName"),
                                each.string("ShareID"),
                                each.array("CDIDeviceIDs").strings()));
            }
            devices.put(driver, List.copyOf(ofDriver));
        }
        return new ClaimRecord(
                ObjectKey.of(state.string("Namespace"), state.string("ClaimName")),
                state.string("ClaimUID"),
                new TreeSet<>(state.object("PodUIDs").names()),
                devices,
                ClaimRecord.State.NEW);
    }

    /// What is written is on disk under its name when this returns.
    ///
    /// @throws IOException when that is not sure: the file holds what was there, or this
    void write(Collection<ClaimRecord> records) throws IOException {
        List<Json> states = new ArrayList<>();
        records.forEach(each -> states.add(state(each)));
        byte[] data =
                JsonObject.builder()
                        .put("kind", "DRACheckpoint")
                        .put("apiVersion", "checkpoint.dra.kubelet.k8s.io/v1")
                        .put("ClaimInfoStateList", new JsonArray(states))
                        .build()
                        .toBytes();
        byte[] file =
                JsonObject.builder()
                        .put("Data", new String(data, StandardCharsets.UTF_8))
                        .put("Checksum", Json.of(checksum(data)))
                        .build()
                        .toBytes();
        Path folder = path.resolveSibling("");
        Files.createDirectories(folder);
        Path next = path.resolveSibling(NAME + ".next");
        Files.deleteIfExists(next);
        try (FileChannel channel =
                FileChannel.open(
                        next,
                        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer left = ByteBuffer.wrap(file);
            while (left.hasRemaining()) {
                var _ = channel.write(left);
            }
            channel.force(true);
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private static JsonObject state(ClaimRecord record) {
        JsonObject pods = JsonObject.EMPTY;
        for (String pod : record.pods()) {
            pods = pods.with(pod, JsonObject.EMPTY);
        }
        JsonObject drivers = JsonObject.EMPTY;
        for (var each : record.devices().entrySet()) {
            List<Json> devices = new ArrayList<>();
            each.getValue().forEach(device -> devices.add(state(device)));
            drivers = drivers.with(each.getKey(), JsonObject.of("Devices", new JsonArray(devices)));
        }
        return JsonObject.builder()
                .put("ClaimUID", record.uid())
                .put("ClaimName", record.key().name())
                .put("Namespace", record.key().namespace())
                .put("PodUIDs", pods)
                .put("DriverState", drivers)
                .build();
    }

    private static JsonObject state(Device device) {
        JsonObject state =
                JsonObject.builder()
                        .put("PoolName", device.pool())
                        .put("DeviceName", device.device())
                        .put("RequestNames", strings(device.requests()))
                        .put("CDIDeviceIDs", strings(device.cdiDevices()))
                        .build();
        return device.shareId().isEmpty()
                ? state
                : state.with("ShareID", Json.of(device.shareId()));
    }

    private static JsonArray strings(List<String> texts) {
        return new JsonArray(texts.stream().map(Json::of).toList());
    }

    private static long checksum(byte[] data) {
        CRC32 sum = new CRC32();
        sum.update(data);
        return sum.getValue();
    }
}
