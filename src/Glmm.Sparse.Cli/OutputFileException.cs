namespace Glmm.Sparse.Cli;

/// <summary>A file that the user asked for cannot be written, or one that the user named cannot be read.</summary>
internal sealed class OutputFileException(string message, Exception? innerException = null)
    : GlmmException(message, innerException);
