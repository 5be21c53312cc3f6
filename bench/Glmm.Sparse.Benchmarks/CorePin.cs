using System.ComponentModel;
using System.Diagnostics;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Keeps processes on a core, by <c>taskset</c> where there is one.</summary>
internal static class CorePin
{
    /// <summary>Keeps this process on a core: the threads it has and those they make.</summary>
    /// <returns>Whether it could.</returns>
    public static bool PinThisProcess(int core)
    {
        if (!OperatingSystem.IsLinux() || Environment.ProcessorCount < 2) return false;
        try
        {
            PeerProcess pin = PeerProcess.Run(
                "taskset", ["-a", "-c", "-p", $"{core}", $"{Environment.ProcessId}"], Environment.CurrentDirectory,
                TimeSpan.FromSeconds(10), CancellationToken.None);
            return pin.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>A program that starts on a core, or anywhere where that is null.</summary>
    public static ProcessStartInfo Start(int? core, string program, IEnumerable<string> arguments) => core is { } one
        ? new ProcessStartInfo("taskset", ["-c", $"{one}", program, .. arguments])
        : new ProcessStartInfo(program, arguments);
}
