using System.Runtime.InteropServices;
using System.Text;
using Glmm.Sparse.Cli;

// Labels of clusters may hold any character, whatever the console's code page. Not disposed: the command flushes it,
// and where that fails it says so, which a second try on disposal would turn into a crash.
var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var output = new StreamWriter(Console.OpenStandardOutput(), utf8);
using var interrupted = new CancellationTokenSource();

void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
return CommandLine.Run(
    args,
    new CommandConsole(
        output, Console.Error, !Console.IsErrorRedirected, !Console.IsOutputRedirected, interrupted.Token)
    {
        Style = TextStyle.Of(!Console.IsOutputRedirected, Environment.GetEnvironmentVariable),
    });
