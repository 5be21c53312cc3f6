using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>The arguments of a call by the names of the function's parameters, matched as R does.</summary>
internal sealed class CallArguments
{
    private readonly Dictionary<string, Expression> _byName = new(StringComparer.Ordinal);
    private readonly List<Expression> _listed = [];
    private readonly Expression.FunctionCall _call;
    private readonly string _formula;

    /// <summary>Matches the arguments of a call.</summary>
    /// <param name="call">The call of a known function.</param>
    /// <param name="formula">The formula as written, for messages.</param>
    /// <exception cref="FormulaException">An argument has an unknown name, or they are too many or too few.</exception>
    public CallArguments(Expression.FunctionCall call, string formula)
    {
        (_call, _formula) = (call, formula);
        FunctionSignature signature = FormulaFunctions.Signatures[call.Function];
        foreach (Expression.Named named in call.Arguments.OfType<Expression.Named>()) AddNamed(named, signature);
        var free = new Queue<string>(signature.IsVariadic ? [] : signature.Parameters.Where(name => !Has(name)));
        foreach (Expression argument in call.Arguments.Where(argument => argument is not Expression.Named))
        {
            if (signature.IsVariadic)
                _listed.Add(argument);
            else if (free.TryDequeue(out string? name))
                _byName.Add(name, argument);
            else
                throw WrongCount(signature);
        }

        bool complete = signature.IsVariadic
            ? _listed.Count >= signature.Required
            : signature.Parameters.Take(signature.Required).All(Has);
        if (!complete) throw WrongCount(signature);
    }

    /// <summary>The arguments without a name of a function that takes a list.</summary>
    public IReadOnlyList<Expression> Listed => _listed;

    /// <summary>An argument that must be given.</summary>
    public Expression this[string name] => _byName[name];

    /// <summary>Whether an argument is given.</summary>
    public bool Has(string name) => _byName.ContainsKey(name);

    /// <summary>A number, or null where it is not given.</summary>
    /// <exception cref="FormulaException">It is no single number.</exception>
    public double? Number(string name)
    {
        if (Numbers(name) is not { } numbers) return null;
        return numbers.Length == 1
            ? numbers[0]
            : throw Wrong(name, $"is one number, and has {numbers.Length}");
    }

    /// <summary>A whole number of at least some size, or null where it is not given.</summary>
    /// <exception cref="FormulaException">It is no such number.</exception>
    public int? Whole(string name, int least)
    {
        if (Number(name) is not { } number) return null;
        return number == Math.Floor(number) && number >= least && number <= 1000
            ? (int)number
            : throw Wrong(name, $"is a whole number of {least} or more, and is {RSpelling.Number(number)}");
    }

    /// <summary>Numbers, or null where they are not given.</summary>
    /// <exception cref="FormulaException">They are no numbers.</exception>
    public double[]? Numbers(string name) => Literals(name) is not { } items
        ? null
        : [.. items.Select(item => item is Expression.Number number
            ? number.Value
            : throw Wrong(name, $"takes numbers, such as c(1, 2.5), not {item}"))];

    /// <summary>Strings, numbers or truth values, or null where they are not given.</summary>
    /// <exception cref="FormulaException">They are no constants.</exception>
    public IReadOnlyList<Expression>? Literals(string name) =>
        _byName.TryGetValue(name, out Expression? argument) ? ConstantList.Items(argument, _formula) : null;

    /// <summary>Whether an argument is TRUE.</summary>
    /// <param name="name">The argument's name.</param>
    /// <param name="otherwise">What holds where it is not given.</param>
    /// <exception cref="FormulaException">It is neither TRUE nor FALSE.</exception>
    public bool IsTrue(string name, bool otherwise = false)
    {
        if (!_byName.TryGetValue(name, out Expression? argument)) return otherwise;
        return argument is Expression.Truth truth ? truth.Value : throw Wrong(name, "is TRUE or FALSE");
    }

    /// <summary>An error of an argument.</summary>
    public FormulaException Wrong(string name, string what) => new(
        $"The argument {name} of {_call.Function}() {what}.", _formula,
        _byName.TryGetValue(name, out Expression? argument) ? argument.Position : _call.Position);

    private void AddNamed(Expression.Named named, FunctionSignature signature)
    {
        if (!signature.Parameters.Contains(named.Name))
        {
            string known = signature.Parameters.Length == 0
                ? "none has a name"
                : $"those with a name are {string.Join(", ", signature.Parameters)}";
            throw new FormulaException(
                $"{_call.Function}() has no argument '{named.Name}'"
                + $"{NearestName.Suggestion(named.Name, signature.Parameters)}; {known}.", _formula, named.Position);
        }

        if (!_byName.TryAdd(named.Name, named.Value))
            throw new FormulaException($"The argument {named.Name} is given twice.", _formula, named.Position);
    }

    private FormulaException WrongCount(FunctionSignature signature)
    {
        string takes = _call.Function switch
        {
            "cbind" => "two arguments, successes and failures",
            "log" => "one argument, or two, the second being the base",
            _ => signature.Description,
        };
        return new FormulaException(
            $"{_call.Function}() takes {takes}; it has {_call.Arguments.Count}.", _formula, _call.Position);
    }
}
