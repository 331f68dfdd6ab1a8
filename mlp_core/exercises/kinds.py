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
    "ratio": ("Is the derivative of a quotient the quotient of the derivatives?",
              "Numerator and denominator were differentiated each for itself. The rule is (u/v)′ = (u′v − uv′)/v²."),
    "unsquared": ("Which power does the denominator have in the quotient rule?",
                  "The denominator is missing its square: (u/v)′ = (u′v − uv′)/v²."),
    "undone": ("Have all the terms been differentiated?",
               "One term of the sum was left as it was. In a sum, every term is replaced by its slope."),
    "at_slope": ("What stands inside the slope of the outer function: the inner function, or its slope?",
                 "The inner function's slope was put inside the outer one: g′(h′(x)). The rule is g′(h(x)) · h′(x)."),
    "term_sign": ("Your answer has the right terms. Do they all have the right sign?",
                  "One term has the wrong sign, the others are right."),
    "signs": ("The sizes are right. Look at the signs, one number after the other.",
              "Some of the numbers have the wrong sign, and others the right one."),
    "overwritten": ("Follow the value from where it is made: in how many places is it used?",
                    "A value is used more than once, and of its contributions one is missing, or has replaced the "
                    "others. Contributions along different ways add: in code, write += where there is =."),
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
    "target": ("On what does the loss depend besides what the network says?",
               "The target Y is missing: the slope of this loss depends on the difference to it."),
    "twice": ("Through how many activations does Z go on its way to the loss?",
              "The output's activation was applied twice: A has been through it already."),
    "upstream": ("The layer does not stand alone: what comes back to it from the layers above?",
                 "The gradient that comes from above is missing; it multiplies the layer's own slope."),
    "early_sum": ("Which comes first: multiplying, or adding over the examples?",
                  "The factors were summed over the examples before they were multiplied. A sum of products is not the "
                  "product of the sums."),
    "one_example": ("How many examples had a say in your answer?",
                    "Only one example was counted; the contributions of all of them add."),
    "weight": ("What is a weight multiplied by in z = xW + b?",
               "The weights were treated like a bias. A weight is multiplied by an input, so its gradient is, too."),
    "other": ("Of which of the arrays is this the gradient?",
              "This is the gradient of another array of the layer."),
    "no_bias": ("Does your forward pass compute all of z = xW + b?",
                "The bias is left out of the forward pass, so that slopes are taken at the wrong z."),
    "before": ("What did the layer get as its input: the weighted sums of the layer before, or its outputs?",
               "Weighted sums Z stand where outputs A = f(Z) belong: in dW = Aᵀ dZ it is A that was multiplied."),
    "layer_slope": ("At which numbers does f′ belong: at the layer's input X, or at its weighted sums Z?",
                    "f′ was taken at the layer's input, after W. It belongs at Z = X W + b, before W."),
    "relu_side": ("Draw the activation. On which side of 0 does it rise?",
                  "The slope is on the wrong side of 0: f′(z) = 1 is for z > 0."),
    "extra_slope": ("Was the derivative of the output's activation already inside what you started from?",
                    "The output's derivative is counted twice: A − Y has it in already."),
    "half_loss": ("The loss has a term for y = 1 and a term for y = 0. Do both have a slope?",
                  "Only one of the terms with y and with (1 − y) was differentiated; the other is missing."),
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
                   "You measure the slope ({detail}), and with so small a step rounding takes many digits of the "
                   "difference."),
    "rate": ("Which number says how long a step is?",
             "The learning rate is missing, or stands where it does not belong."),
    "step_alone": ("Is it the step that is asked for, or where it leads?",
                   "This is the step alone. The new parameter is the old one plus the step."),
    "no_step": ("Does anything move?", "The parameter comes back as it was: the step was not made, or not returned."),
    "convention": ("In which units is the memory v: those of the gradient, or those of a step?",
                   "Here v is kept in the units of a gradient, as some libraries do. In this exercise it is a step, "
                   "with the learning rate in it: θ ← θ + v."),
    "unused": ("The memory is renewed. Is it used, too?",
               "The step is made with the gradient alone, although the memory was renewed."),
    "betas": ("Which β belongs to which memory?", "The two β have changed places."),
    "memory": ("What does the optimiser remember from the last step, and what becomes of it now?",
               "The memory is overwritten or left alone rather than updated: the old value times its factor, plus "
              "what is new."),
    "old_memory": ("Which of the two is renewed first, the memory or the parameter?",
                   "The parameter moves by the memory of the step before; the new one is meant."),
    "swapped_rate": ("Which share belongs to the old value, which to the new one?",
                     "β and 1 − β have changed places."),
    "correction": ("In the first steps the memories start from 0. Is that allowed for?",
                   "The correction for the start at 0 is missing, or uses the wrong number of the step."),
    "root": ("What are the units of the divisor, and what is under the root?",
             "The root, the square or ε is in the wrong place: divide by √s + ε, where s is a mean of g²."),
    "other_letter": ("Which letter moves, and which ones are held still?",
                     "You took the derivative by another letter than the one that was asked for."),
    "unactivated": ("What is still done to that number before it is handed on?",
                    "A function was left out: the number inside it was taken as it is."),
    "lost_term": ("Count the terms of the sum. Are all of them there?",
                  "A term of a sum is missing; often it is the bias."),
    "no_square": ("What is the last thing that is done to the difference?",
                  "The square was not taken."),
    "uphill": ("After your step, is the function lower than before?",
               "You went uphill. The slope says which way the function rises, so it is subtracted."),
    "only_step": ("Is it the step that is wanted, or the place after it?",
                  "That is the step. Add it to the old value to get the new one."),
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
    "ratio": "a quotient of derivatives", "unsquared": "the denominator is not squared",
    "undone": "a term is not differentiated", "at_slope": "a slope inside a slope",
    "term_sign": "the sign of one term is flipped", "signs": "some signs are flipped",
    "overwritten": "a contribution is overwritten, not added", "transposed": "transposed",
    "untransposed": "a transpose is missing", "swapped": "the operands are swapped", "axis": "the wrong axis",
    "unsummed": "not summed over the examples", "oversummed": "summed too far", "bias": "the bias treated as a weight",
    "diagonal": "softmax taken as a diagonal", "relu_side": "the wrong side of 0",
    "target": "the target is missing", "twice": "the activation applied twice",
    "upstream": "what comes from above is missing", "early_sum": "summed before multiplying",
    "one_example": "only one example counted", "weight": "the weights treated as a bias",
    "other": "the gradient of another array", "no_bias": "the bias is left out of the forward pass",
    "before": "weighted sums in place of outputs", "layer_slope": "the slope is taken at the layer's input",
    "extra_slope": "a derivative counted twice", "half_loss": "half of the loss is left out",
    "stale": "values of an earlier forward pass", "order": "the right gradients in the wrong order",
    "shape": "the wrong shape", "step_large": "a measured slope with too large a step",
    "step_small": "a measured slope with too small a step", "rate": "the learning rate",
    "step_alone": "the step without the parameter", "no_step": "nothing moves",
    "convention": "another meaning of v", "unused": "the memory is not used", "betas": "β₁ and β₂ swapped",
    "memory": "the memory is overwritten", "old_memory": "the old memory is used",
    "swapped_rate": "β and 1 − β swapped", "correction": "the correction for the start",
    "root": "root, square or ε misplaced", "other_letter": "the derivative by another letter",
    "unactivated": "a function is left out", "lost_term": "a term of the sum is missing",
    "no_square": "the square is missing", "uphill": "a step uphill", "only_step": "the step, not the place after it",
}


def words(kind, detail=""):
    """(title, hint, explanation) for a kind such as "sign", "factor ½", "slope of tanh" or "output of softmax"."""
    if kind.startswith("factor"):
        says = SAYS.get(kind, f"{detail} times the right one")
        hint, why = WORDS["factor"]
        return f"the size is off: {says}", hint, why.format(detail=says)
    if kind.startswith("slope of "):
        return (f"the {kind}", "Of which activation is this the slope?",
                f"This is the {kind.replace('_', ' ')}; another activation was asked for.")
    if kind.startswith("output of "):
        return (f"the {kind}", "Which activation stands at the output?",
                f"Your A is the {kind}; another activation was asked for.")
    hint, why = WORDS[kind]
    detail = detail or {"no_slope": "activation", "step_large": "with finite differences",
                        "step_small": "with finite differences"}.get(kind, "")
    return TITLES[kind], hint.format(detail=detail), why.format(detail=detail)


ON_PAGES = ("sign", "factor", "factor 2", "factor ½", "forward", "zero", "chain", "no_slope", "at_output", "at_start",
            "at_slope", "power", "product", "quotient", "ratio", "unsquared", "undone", "relu_side", "overwritten",
            "other_letter", "unactivated", "lost_term", "term_sign", "no_square", "uphill", "only_step", "rate")
"""The kinds that a self-check on a page can tell."""


def page_words():
    """{kind: (title, hint, explanation)} for self-checks; "{detail}" stands where the page puts a number."""
    details = {"no_slope": "outer function", "factor": "{detail}"}
    return {kind: words(kind, details.get(kind, "")) for kind in ON_PAGES}
