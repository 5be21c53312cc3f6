namespace Glmm.Sparse.Cli;

/// <summary>Turns an exception into one message on standard error and an exit code.</summary>
internal static class FailureReport
{
    /// <summary>Set to 1 to see where a failure came from.</summary>
    private const string DebugVariable = "GLMM_DEBUG";

    public static int Write(Exception failure, CommandConsole console)
    {
        // Parallel loops wrap what their bodies throw.
        while (failure is AggregateException { InnerException: { } inner }) failure = inner;
        (int exitCode, string message) = failure switch
        {
            GlmmException => (ExitCode.WrongRequest, failure.Message),
            OperationCanceledException => (ExitCode.Cancelled, "Cancelled; nothing was written."),
            OutOfMemoryException => (
                ExitCode.WrongRequest,
                "There is not enough memory for this request; use fewer rows or columns, or a larger machine."),
            // Files have messages of their own: what is left is standard output.
            IOException => (ExitCode.WrongRequest, $"Standard output cannot be written: {failure.Message}."),
            _ => (
                ExitCode.Defect,
                $"This is a defect of glmm, please report it with the command and the data: {FirstLine(failure)}"),
        };
        console.Report(message);
        if (Environment.GetEnvironmentVariable(DebugVariable) == "1") console.Error.WriteLine(failure);
        return exitCode;
    }

    private static string FirstLine(Exception failure) =>
        $"{failure.GetType().Name}: {failure.Message.Split('\n')[0]}";
}
