namespace Glmm.Sparse.Persistence;

/// <summary>A model file cannot be written or read: it is missing, damaged, newer than this version, or no model file
/// at all; or the model cannot be put into one.</summary>
public sealed class ModelFileException : GlmmException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong and how to mend it.</param>
    /// <param name="innerException">The error that caused it, if any.</param>
    public ModelFileException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
