namespace Glmm.Sparse;

/// <summary>
/// The base of every error that a user can cause and mend: wrong data, a formula that does not parse, an option that
/// does not exist or does not fit the model. Its message names the culprit and the mend.
/// </summary>
/// <remarks>Not converging is no error: it is a result whose verdict says so.</remarks>
public abstract class GlmmException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong and how to mend it.</param>
    /// <param name="innerException">The error that caused it, if any.</param>
    protected GlmmException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>The data cannot be used: an unknown column, a value outside the family's domain, no rows left, and so on.</summary>
public sealed class InvalidModelDataException : GlmmException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong and how to mend it.</param>
    /// <param name="innerException">The error that caused it, if any.</param>
    public InvalidModelDataException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>A choice of family, link, method, structure or option that is unknown or contradicts another.</summary>
public sealed class InvalidModelOptionException : GlmmException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong and how to mend it.</param>
    /// <param name="innerException">The error that caused it, if any.</param>
    public InvalidModelOptionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>A formula that does not parse or asks for what is not offered.</summary>
public sealed class FormulaException : GlmmException
{
    /// <summary>Makes the error; the message shows the formula with a caret under the place.</summary>
    /// <param name="message">What is wrong and how to mend it.</param>
    /// <param name="formula">The formula as written.</param>
    /// <param name="position">Zero-based index of the first offending character.</param>
    public FormulaException(string message, string formula, int position)
        : base($"{message}\n  {formula}\n  {new string(' ', position)}^")
    {
        Formula = formula;
        Position = position;
    }

    /// <summary>The formula as written.</summary>
    public string Formula { get; }

    /// <summary>Zero-based index of the first offending character.</summary>
    public int Position { get; }
}
