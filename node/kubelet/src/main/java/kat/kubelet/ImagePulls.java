package kat.kubelet;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.cri.ContainerRuntimeException;
import kat.cri.Image;
import kat.cri.ImageService;
import kat.kubelet.PodMemory.Failure;
import kat.kubelet.PodMemory.ImageLook;
import kat.kubelet.images.Keyring;
import kat.kubelet.images.Keyring.Credential;
import kat.kubelet.images.PulledImages;
import kat.kubelet.spec.ObjectSource;
import org.jspecify.annotations.Nullable;

/// Finds images on the machine or fetches them, as each container's policy says.
///
/// **Threads:** any; at most [#MOST_PULLS] pulls at a time, others wait.
///
/// **Source:** `pkg/kubelet/images/image_manager.go`.
final class ImagePulls {

    private static final Logger LOG = System.getLogger("kat.kubelet");

    static final int MOST_PULLS = 5;

    private static final String NORMAL = "Normal";
    private static final String WARNING = "Warning";

    private final ImageService images;
    private final ObjectSource objects;
    private final PodEvents events;
    private final Ticker ticker;
    private final PulledImages pulled;
    private final Semaphore pulls = new Semaphore(MOST_PULLS, true);

    /// @param objects where pull secrets come from
    /// @param pulled which credentials opened what is on the machine
    ImagePulls(
            ImageService images,
            ObjectSource objects,
            PodEvents events,
            Ticker ticker,
            PulledImages pulled) {
        this.images = images;
        this.objects = objects;
        this.events = events;
        this.ticker = ticker;
        this.pulled = pulled;
    }

    /// @param before the look before this one; null for the first
    ImageLook look(KubeObject pod, ImageWish wish, @Nullable ImageLook before)
            throws InterruptedException {
        String image = wish.image();
        String policy = wish.policy();
        try {
            Optional<Image> present = images.status(image);
            if (present.isPresent()
                    && !policy.equals("Always")
                    && mayUse(pod, image, present.get())) {
                events.about(
                        pod,
                        wish,
                        NORMAL,
                        "Pulled",
                        "Container image \""
                                + image
                                + "\" already present on machine and can be accessed by the pod");
                return found(present.get());
            }
            if (policy.equals("Never")) {
                return never(pod, wish);
            }
            return pull(pod, wish, before);
        } catch (ContainerRuntimeException e) {
            return failed(pod, wish, e.rpcError(), "ErrImagePull", before);
        }
    }

    private boolean mayUse(KubeObject pod, String image, Image present) {
        return pulled.mayUse(present.id(), image, () -> keyring(pod).find(image));
    }

    /// Forgets what is known of images that are gone.
    void keepOnly(Set<String> ids) {
        pulled.keepOnly(ids);
    }

    private static ImageLook found(Image image) {
        return new ImageLook.Present(image.id());
    }

    /// Nobody is asked, so nobody is spared by looking less and less often.
    private ImageLook never(KubeObject pod, ImageWish wish) {
        String message =
                "Container image \"" + wish.image() + "\" is not present with pull policy of Never";
        events.about(pod, wish, WARNING, "ErrImageNeverPull", message);
        Instant now = ticker.now();
        tell(pod, wish, "ErrImageNeverPull");
        Failure failure = new Failure("ErrImageNeverPull", message, null);
        return new ImageLook.Absent(now, failure, BackOff.next(null, now, now), false);
    }

    private ImageLook pull(KubeObject pod, ImageWish wish, @Nullable ImageLook before)
            throws InterruptedException {
        String image = wish.image();
        events.about(pod, wish, NORMAL, "Pulling", "Pulling image \"" + image + "\"");
        long asked = ticker.nanos();
        pulls.acquire();
        try {
            long begun = ticker.nanos();
            Credential used = fetch(image, keyring(pod).find(image));
            Duration took = Duration.ofNanos(ticker.nanos() - begun);
            Duration whole = Duration.ofNanos(ticker.nanos() - asked);
            Image fetched = images.status(image).orElseThrow();
            pulled.pulled(fetched.id(), image, used);
            events.about(
                    pod,
                    wish,
                    NORMAL,
                    "Pulled",
                    "Successfully pulled image \""
                            + image
                            + "\" in "
                            + seconds(took)
                            + " ("
                            + seconds(whole)
                            + " including waiting). Image size: "
                            + fetched.sizeBytes()
                            + " bytes.");
            return found(fetched);
        } catch (ContainerRuntimeException e) {
            String text = "Failed to pull image \"" + image + "\": " + e.rpcError();
            events.about(pod, wish, WARNING, "Failed", text);
            return failed(pod, wish, e.rpcError(), "ErrImagePull", before);
        } finally {
            pulls.release();
        }
    }

    /// Tries each of the credentials until the registry accepts one.
    ///
    /// @return the one that it accepted; null when there was none to try
    /// @throws ContainerRuntimeException of the last that was tried
    private @Nullable Credential fetch(String image, List<Credential> credentials) {
        if (credentials.isEmpty()) {
            String unused = images.pull(image, null);
            return null;
        }
        for (Credential each : credentials.subList(0, credentials.size() - 1)) {
            try {
                String unused = images.pull(image, each.auth());
                return each;
            } catch (ContainerRuntimeException e) {
                LOG.log(Level.DEBUG, "credentials refused image={0} from={1}", image, each);
            }
        }
        String unused = images.pull(image, credentials.getLast().auth());
        return credentials.getLast();
    }

    /// What the pod's pull secrets hold. Those that cannot be had are told in an event; the
    /// registry may let everybody in all the same.
    private Keyring keyring(KubeObject pod) {
        List<KubeObject> secrets = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (JsonObject reference : pod.spec().array("imagePullSecrets").objects()) {
            String name = reference.string("name");
            if (name.isEmpty()) {
                continue;
            }
            KubeObject secret = objects.find(Kinds.SECRET, ObjectKey.of(pod.namespace(), name));
            if (secret == null) {
                missing.add(name);
            } else {
                secrets.add(secret);
            }
        }
        Keyring keyring = Keyring.of(secrets);
        missing.addAll(keyring.unreadable());
        if (!missing.isEmpty()) {
            String text =
                    "Unable to retrieve some image pull secrets ("
                            + String.join(", ", missing)
                            + "); attempting to pull the image may not succeed.";
            events.warning(pod, "FailedToRetrieveImagePullSecret", text);
        }
        return keyring;
    }

    private ImageLook failed(
            KubeObject pod,
            ImageWish wish,
            String message,
            String reason,
            @Nullable ImageLook before) {
        tell(pod, wish, reason);
        Instant now = ticker.now();
        BackOff known = before instanceof ImageLook.Absent absent ? absent.backOff() : null;
        BackOff backOff = BackOff.next(known, now, now);
        return new ImageLook.Absent(now, new Failure(reason, message, null), backOff, true);
    }

    private void tell(KubeObject pod, ImageWish wish, String reason) {
        if (wish.container() != null) {
            events.about(pod, wish, WARNING, "Failed", "Error: " + reason);
        }
    }

    /// As Go prints a duration rounded to milliseconds.
    static String seconds(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis + "ms";
        }
        String fraction = String.format("%03d", millis % 1000).replaceAll("0+$", "");
        return millis / 1000 + (fraction.isEmpty() ? "" : "." + fraction) + "s";
    }
}
