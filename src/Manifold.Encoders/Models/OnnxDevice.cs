using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Manifold.Encoders;

/// <summary>Chooses the device once, and makes session options for it.</summary>
internal sealed class OnnxDevice
{
    private const string CudaProvider = "CUDAExecutionProvider";

    // Fatal only: ONNX Runtime's default log goes to standard error, and every error comes back as an exception anyway.
    private const OrtLoggingLevel LogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;

    private static readonly Lock EnvironmentGate = new();

    private readonly int _threads;

    private OnnxDevice(EncoderDevice device, int threads)
    {
        Device = device;
        _threads = threads;
    }

    /// <summary><see cref="EncoderDevice.Cuda"/> or <see cref="EncoderDevice.Cpu"/>.</summary>
    public EncoderDevice Device { get; }

    /// <exception cref="DeviceUnavailableException">CUDA was asked for and cannot be had.</exception>
    public static OnnxDevice Choose(EncoderDevice requested, int threads, ILogger logger)
    {
        string[] providers = Providers();
        bool built = providers.Contains(CudaProvider);
        string? obstacle = requested == EncoderDevice.Cpu ? null
            : built ? CudaObstacle()
            : $"this build has the CPU package of ONNX Runtime (providers: {string.Join(", ", providers)}); build with -p:OnnxRuntime=Gpu for CUDA";
        if (requested == EncoderDevice.Cuda && obstacle is not null)
            throw new DeviceUnavailableException($"{EncoderOptions.Section}:Device is cuda, but {obstacle}.");

        EncoderDevice device = requested == EncoderDevice.Cpu || obstacle is not null ? EncoderDevice.Cpu : EncoderDevice.Cuda;
        if (requested == EncoderDevice.Auto)
            logger.LogInformation("Encoders run on {Device}: {Reason}.", device, obstacle ?? "CUDA is available");
        return new OnnxDevice(device, threads);
    }

    public SessionOptions CreateSessionOptions()
    {
        var options = new SessionOptions
        {
            LogSeverityLevel = LogLevel,
            IntraOpNumThreads = _threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };

        // Waiting threads sleep: the same cores search and decode.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (Device == EncoderDevice.Cuda)
            options.AppendExecutionProvider_CUDA(0);
        return options;
    }

    private static string[] Providers()
    {
        lock (EnvironmentGate)
        {
            if (!OrtEnv.IsCreated)
            {
                var creation = new EnvironmentCreationOptions { logId = "manifold", logLevel = LogLevel };
                OrtEnv.CreateInstanceWithOptions(ref creation);
            }

            return OrtEnv.Instance().GetAvailableProviders();
        }
    }

    private static string? CudaObstacle()
    {
        try
        {
            using var options = new SessionOptions();
            options.AppendExecutionProvider_CUDA(0);
            return null;
        }
        catch (OnnxRuntimeException e)
        {
            return $"the CUDA provider of ONNX Runtime does not start on this machine: {e.Message}";
        }
    }
}
