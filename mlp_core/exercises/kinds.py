"""What the tutor says about each kind of mistake: a hint that does not give it away, and an explanation."""

WORDS = {
    "sign": ("Does your answer point the right way? Try it at one point where you can see whether the function rises.",
             "Every number has the wrong sign. Look for a minus that was lost or found, often in the derivative of a "
             "difference, of 1/x, or of target minus output."),
    "factor": ("The shape of your answer is right; is its size?",
               "Your answer is the right one times a constant, {detail}. Follow the constants through each line."),
    "forward": ("Read the question again: is it the value or the slope that is wanted?",
                "You return the value of the function itself, not its derivative."),
    "zero": ("Does the result really not depend on the input?",
             "Your answer is 0 everywhere. Perhaps an integer division, a step so small that it vanishes, or an array "
             "of zeros that nothing was written into."),
    "chain": ("There is a function inside a function. Did both of them leave their slope behind?",
              "The derivative of the inner function is missing: (g(h(x)))′ = g′(h(x)) · h′(x)."),
    "no_slope": ("On its way through every function a slope is multiplied by something. By what, at the {detail}?",
                 "The derivative of the {detail} is missing: what comes back must be multiplied by f′(z)."),
    "at_output": ("At which number must each slope be taken: at what goes in, or at what comes out?",
                  "f′ was evaluated at the output a = f(z). It belongs at the input z."),
    "at_input": ("Your formula for the slope is fine for one of two letters, z or a = f(z). For which?",
                 "A formula in the output a, such as a(1 − a), was given the input z. First compute a = f(z)."),
    "at_start": ("At which number must the slope of the outer function be taken?",
                 "The outer derivative was evaluated at x. It belongs at the value of the inner function, h(x)."),
    "power": ("Differentiate the power once more, slowly: two things happen to the exponent.",
              "The power rule was applied by half: (xⁿ)′ = n xⁿ⁻¹, so n comes down and the exponent falls by one."),
    "product": ("Is the derivative of a product the product of the derivatives?",
                "Each factor was differentiated and the results multiplied. The rule is (uv)′ = u′v + uv′."),
    "quotient": ("Check the sign between the two terms of the quotient rule.",
                 "One term of the quotient rule has the wrong sign: (u/v)′ = (u′v − uv′)/v²."),
    "overwritten": ("Follow the value from where it is made: in how many places is it used?",
                    "A value is used more than once, and one contribution has replaced the others. Contributions along "
                    "different ways add: write += where there is =."),
    "transposed": ("Compare the shape of your gradient with the shape of what it belongs to.",
                   "Your answer is the right one transposed. A gradient has the shape of its parameter."),
    "untransposed": ("One of the two matrices of the product must be turned over. Which?",
                     "A transpose is missing in the product; with square matrices nothing complains."),
    "swapped": ("Does the order of the two factors matter in a product of matrices?",
                "The operands of the matrix product are in the wrong order; with square matrices nothing complains."),
    "axis": ("Which way do you add: over the examples, or over the outputs?",
             "The sum (or softmax) runs over the wrong axis: axis 0 counts examples, axis 1 counts outputs."),
    "unsummed": ("How many examples had a say in each number of your answer, and how many numbers should come out?",
                 "The contributions were not added up over the examples: a sum over axis 0 is missing."),
    "oversummed": ("How many numbers should come out?",
                   "Everything was added into fewer numbers than there should be: sum over axis 0 alone."),
    "bias": ("What is the bias multiplied by in z = xW + b?",
             "The bias was treated like a weight. It is multiplied by 1, not by an input, so db is a sum of dZ alone."),
    "diagonal": ("With softmax, which outputs change when a single z changes?",
                 "Softmax was differentiated entry by entry, a(1 − a). Every output depends on every z: "
                 "∂a_j/∂z_k = −a_j a_k is missing."),
    "relu_side": ("Draw the activation. On which side of 0 does it rise?",
                  "The slope is on the wrong side of 0: f′(z) = 1 is for z > 0."),
    "extra_slope": ("Was the derivative of the output's activation already inside what you started from?",
                    "The output's derivative is counted twice: A − Y has it in already."),
    "half_loss": ("The loss has a term for y = 1 and a term for y = 0. Do both have a slope?",
                  "Only the term with y was differentiated; the one with (1 − y) is missing."),
    "stale": ("From which call are the numbers that your function works with?",
              "Values of an earlier forward pass are used: parameters or inputs have changed since."),
    "order": ("The numbers are familiar; are they in the right places?",
              "The right gradients stand in the wrong order."),
    "shape": ("Print the shape of your answer, and the shape of what it belongs to.",
              "The shape is wrong{detail}. NumPy broadcasts such arrays without complaint, and what is built on them "
              "goes wrong in silence."),
    "step_large": ("Where do the last digits of your answer come from?",
                   "You measure the slope ({detail}), and with so large a step the curve bends noticeably in between."),
    "step_small": ("Where do the last digits of your answer come from?",
                   "You measure the slope ({detail}), and with so small a step rounding errors are larger than the "
                   "difference itself."),
    "rate": ("Which number says how long a step is?",
             "The learning rate is missing, or stands where it does not belong."),
    "memory": ("What does the optimiser remember from the last step, and what becomes of it now?",
               "The memory is overwritten rather than updated: the old value times its factor must be added."),
    "old_memory": ("Which of the two is renewed first, the memory or the parameter?",
                   "The parameter moves by the memory of the step before; the new one is meant."),
    "swapped_rate": ("Which share belongs to the old value, which to the new one?",
                     "β and 1 − β have changed places."),
    "correction": ("In the first steps the memories start from 0. Is that allowed for?",
                   "The correction for the start at 0 is missing, or uses the wrong number of the step."),
    "root": ("What are the units of the divisor, and what is under the root?",
             "The root, the square or ε is in the wrong place: divide by √s + ε, where s is a mean of g²."),
}

SAYS = {"factor 2": "twice as large as it should be", "factor ½": "half as large as it should be",
        "factor n": "n times too large (n is the number of examples)", "factor 1/n":
        "n times too small (n is the number of examples)", "factor k": "k times too large (k is the number of outputs)",
        "factor 1/k": "k times too small (k is the number of outputs)"}

TITLES = {
    "sign": "the sign is flipped", "forward": "the function's value, not its derivative", "zero": "0 everywhere",
    "chain": "the inner derivative is missing", "no_slope": "a derivative is left out on the way",
    "at_output": "the slope is taken at the output", "at_input": "the slope is taken at the input",
    "at_start": "the outer slope is taken at the wrong place", "power": "the power rule by half",
    "product": "a product of derivatives", "quotient": "a sign in the quotient rule",
    "overwritten": "a contribution is overwritten, not added", "transposed": "transposed",
    "untransposed": "a transpose is missing", "swapped": "the operands are swapped", "axis": "the wrong axis",
    "unsummed": "not summed over the examples", "oversummed": "summed too far", "bias": "the bias treated as a weight",
    "diagonal": "softmax taken as a diagonal", "relu_side": "the wrong side of 0",
    "extra_slope": "a derivative counted twice", "half_loss": "half of the loss is left out",
    "stale": "values of an earlier forward pass", "order": "the right gradients in the wrong order",
    "shape": "the wrong shape", "step_large": "a measured slope with too large a step",
    "step_small": "a measured slope with too small a step", "rate": "the learning rate",
    "memory": "the memory is overwritten", "old_memory": "the old memory is used",
    "swapped_rate": "β and 1 − β swapped", "correction": "the correction for the start",
    "root": "root, square or ε misplaced",
}


def words(kind, detail=""):
    """(title, hint, explanation) for a kind such as "sign" or "factor ½"."""
    if kind.startswith("factor"):
        says = SAYS.get(kind, f"{detail} times the right one")
        hint, why = WORDS["factor"]
        return f"the size is off: {says}", hint, why.format(detail=says)
    hint, why = WORDS[kind]
    detail = detail or {"no_slope": "activation", "step_large": "with finite differences",
                        "step_small": "with finite differences"}.get(kind, "")
    return TITLES[kind], hint.format(detail=detail), why.format(detail=detail)
